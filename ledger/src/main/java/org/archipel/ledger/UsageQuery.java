package org.archipel.ledger;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which usage to sum up, and how.
 *
 * @param groupBy one row for each combination of these; one row in all when empty
 * @param filters only usage with exactly these values; times are no filters
 * @param since requests that arrived at this time or later; to the microsecond
 * @param until requests that arrived before this time
 */
public record UsageQuery(
    Set<UsageDimension> groupBy,
    Map<UsageDimension, String> filters,
    Optional<Instant> since,
    Optional<Instant> until) {
  public UsageQuery {
    EnumSet<UsageDimension> ordered = EnumSet.noneOf(UsageDimension.class);
    ordered.addAll(groupBy);
    groupBy = Collections.unmodifiableSet(ordered);
    Map<UsageDimension, String> sorted = new EnumMap<>(UsageDimension.class);
    sorted.putAll(filters);
    filters = Collections.unmodifiableMap(sorted);
    if (filters.keySet().stream().anyMatch(UsageDimension::time)) {
      throw new IllegalArgumentException("filters: a time (expected: since and until)");
    }
    if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
      throw new IllegalArgumentException(
          "since: " + since.get() + " (expected: at most until, " + until.get() + ")");
    }
  }

  /** Usage of a time, without filters. */
  public UsageQuery(Set<UsageDimension> groupBy, Optional<Instant> since, Optional<Instant> until) {
    this(groupBy, Map.of(), since, until);
  }

  /** All usage there is, grouped. */
  public static UsageQuery by(UsageDimension... groupBy) {
    return new UsageQuery(Set.of(groupBy), Optional.empty(), Optional.empty());
  }

  /** The same, only for usage that has this value there. */
  public UsageQuery where(UsageDimension dimension, String value) {
    Map<UsageDimension, String> more = new EnumMap<>(UsageDimension.class);
    more.putAll(filters);
    more.put(dimension, value);
    return new UsageQuery(groupBy, more, since, until);
  }
}
