package org.archipel.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * Which records are exported.
 *
 * @param since requests that arrived at this time or later
 * @param until requests that arrived before this time
 * @param within whose
 * @param person only those of this pseudonym
 * @param key only those of the key with this id
 */
public record ExportFilter(
    Instant since,
    Instant until,
    UsageScope within,
    Optional<String> person,
    Optional<String> key) {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /** All there are. */
  public static final ExportFilter ALL =
      new ExportFilter(EARLIEST, LATEST, UsageScope.EVERYBODY, Optional.empty(), Optional.empty());

  public ExportFilter {
    if (since.isAfter(until) || since.isBefore(EARLIEST) || until.isAfter(LATEST)) {
      throw new LedgerException(
          LedgerException.Kind.INVALID,
          "since: (expected: from 1970 on, at most until, and that before 9999-12-31)");
    }
  }

  /** The same of a time. */
  public ExportFilter between(Instant from, Instant end) {
    return new ExportFilter(from, end, within, person, key);
  }
}
