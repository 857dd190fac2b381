package org.archipel.ledger;

import java.time.YearMonth;
import org.jdbi.v3.core.Handle;

/** Which months are closed: what happens to their records later counts in the current month. */
interface ClosedPeriods {
  /** No month is closed. */
  ClosedPeriods NONE = (handle, organization, month) -> false;

  /**
   * Whether an organization's month (UTC) is closed.
   *
   * @param handle the transaction in which that must stay true
   */
  boolean closed(Handle handle, String organization, YearMonth month);
}
