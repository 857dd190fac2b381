package org.archipel.directory.quota;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ledger, as far as quotas need it: what was used before this process began. */
@FunctionalInterface
public interface Consumption {
  /**
   * Sums of finished requests that arrived since a time, those that are only in the journal too.
   * Blocks.
   *
   * @param since the begin of a UTC day
   * @param until requests that arrived before this time only; empty for all
   */
  Sums since(Instant since, Optional<Instant> until);

  /**
   * Sums by day, key and model.
   *
   * @param complete whether all are in it; otherwise it is worth while to ask again
   */
  record Sums(List<Consumed> rows, boolean complete) {
    public Sums {
      rows = List.copyOf(rows);
    }
  }
}
