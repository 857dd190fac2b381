package org.archipel.federation.receipts;

import java.util.List;
import org.archipel.ledger.CrossingSums;

/**
 * What one site took from another in the time of a statement, as the one that took it counts.
 *
 * @param serving the id of the site that served
 * @param origin the id of the site that took
 * @param after the last sequence of the serving site's receipts that an earlier statement covers
 * @param through the last one that this covers
 * @param disputed sequences within, which are not in the sums
 * @param carried sequences from before that were disputed then and are in these sums
 * @param sums by currency
 */
record Position(
    String serving,
    String origin,
    long after,
    long through,
    List<Long> disputed,
    List<Long> carried,
    List<CrossingSums> sums) {
  /** More are no statement but a quarrel. */
  static final int MOST_DISPUTED = 2_000;

  Position {
    disputed = List.copyOf(disputed);
    carried = List.copyOf(carried);
    sums = List.copyOf(sums);
  }
}
