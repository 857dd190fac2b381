package org.archipel.ledger;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which usage to sum up, and how.
 *
 * @param groupBy one row for each combination of these; one row in all when empty
 * @param since requests that arrived at this time or later; to the microsecond
 * @param until requests that arrived before this time
 */
public record UsageQuery(
    Set<UsageDimension> groupBy, Optional<Instant> since, Optional<Instant> until) {
  public UsageQuery {
    EnumSet<UsageDimension> ordered = EnumSet.noneOf(UsageDimension.class);
    ordered.addAll(groupBy);
    groupBy = Collections.unmodifiableSet(ordered);
    if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
      throw new IllegalArgumentException(
          "since: " + since.get() + " (expected: at most until, " + until.get() + ")");
    }
  }

  /** All usage there is, grouped. */
  public static UsageQuery by(UsageDimension... groupBy) {
    return new UsageQuery(Set.of(groupBy), Optional.empty(), Optional.empty());
  }
}
