package org.archipel.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a step of repricing did.
 *
 * @param records how many were looked at
 * @param corrections how many were made
 * @param microCurrency by how much the sums changed, by currency
 * @param next what to go on with; empty when all were looked at
 */
public record Repricing(
    long records, long corrections, Map<String, Long> microCurrency, Optional<String> next) {
  public Repricing {
    microCurrency = Map.copyOf(microCurrency);
  }

  /** Both together, going on after the other. */
  Repricing then(Repricing other) {
    Map<String, Long> both = new TreeMap<>(microCurrency);
    other.microCurrency.forEach((currency, amount) -> both.merge(currency, amount, Long::sum));
    return new Repricing(
        records + other.records, corrections + other.corrections, both, other.next);
  }

  /**
   * Which records are priced anew.
   *
   * @param since those that arrived at this time or later
   * @param until those that arrived before this time
   * @param model only those for this model
   */
  public record Scope(Instant since, Instant until, Optional<String> model) {
    public Scope {
      if (since.isAfter(until)) {
        throw new LedgerException(LedgerException.Kind.INVALID, "since: after until");
      }
    }
  }
}
