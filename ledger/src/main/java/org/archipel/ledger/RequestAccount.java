package org.archipel.ledger;

import java.util.List;

/**
 * All that the ledger knows of one request.
 *
 * @param record as it was settled
 * @param corrections what was changed since, the latest first
 */
public record RequestAccount(UsageRecord record, List<Correction> corrections) {
  public RequestAccount {
    corrections = List.copyOf(corrections);
  }

  /** What it costs now in micro-currency of the given currency. */
  public long microCurrency(String currency) {
    long settled =
        record
            .price()
            .filter(price -> price.currency().equals(currency))
            .map(UsageRecord.Price::microCurrency)
            .orElse(0L);
    return settled
        + corrections.stream()
            .filter(correction -> correction.currency().equals(currency))
            .mapToLong(Correction::microCurrency)
            .sum();
  }
}
