package org.archipel.ledger;

import java.util.List;

/** Where records end: the seam at which tests make the store fail. */
interface RecordStore {
  /**
   * Inserts records that are not there yet, all or none.
   *
   * @throws RuntimeException when the store is down; nothing was inserted then
   */
  void insert(List<UsageRecord> records);

  /** Whether all that was inserted now survives a loss of power; to be asked again if not. */
  boolean settle();
}
