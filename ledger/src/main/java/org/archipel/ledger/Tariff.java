package org.archipel.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * What requests cost for some time. Only its end may change.
 *
 * @param id UUIDv7
 * @param version starts at 1
 * @param applies for which requests
 * @param rates how much
 * @param currency of the rates
 * @param validFrom requests that arrived at this time or later; to the microsecond
 * @param validUntil requests that arrived before this time; for ever when empty
 */
public record Tariff(
    String id,
    long version,
    TariffSelector applies,
    Rates rates,
    String currency,
    Instant validFrom,
    Optional<Instant> validUntil) {

  /**
   * The price of a request that this tariff is for. A request that failed costs nothing, whatever
   * it consumed.
   */
  public UsageRecord.Price price(
      UsageOutcome outcome, UsageRecord.Tokens tokens, long engineMicros, long audioMillis) {
    long cost = outcome == UsageOutcome.FAILED ? 0 : rates.cost(tokens, engineMicros, audioMillis);
    return new UsageRecord.Price(id, cost, currency);
  }
}
