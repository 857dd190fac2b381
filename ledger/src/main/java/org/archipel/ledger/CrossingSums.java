package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What requests that crossed come to in one currency; all at least 0.
 *
 * @param currency empty for those without a price
 * @param requests how many
 * @param promptTokens tokens of prompts, cached ones included
 * @param cachedTokens tokens of prompts that engines had in their caches
 * @param completionTokens tokens produced
 * @param engineMicros time on engines
 * @param microCurrency what they cost, in millionths of the currency's unit
 */
public record CrossingSums(
    String currency,
    long requests,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long engineMicros,
    long microCurrency) {

  /** No request. */
  public static CrossingSums none(String currency) {
    return new CrossingSums(currency, 0, 0, 0, 0, 0, 0);
  }

  /** What one request comes to. */
  public static CrossingSums of(Crossing one) {
    return new CrossingSums(
        one.price().map(UsageRecord.Price::currency).orElse(""),
        1,
        one.used().tokens().prompt(),
        one.used().tokens().cached(),
        one.used().tokens().completion(),
        one.used().engineMicros(),
        one.price().map(UsageRecord.Price::microCurrency).orElse(0L));
  }

  /** Both together, in the currency of this one. */
  public CrossingSums plus(CrossingSums other) {
    return combined(other, 1);
  }

  /** This one without the other, in the currency of this one. */
  public CrossingSums minus(CrossingSums other) {
    return combined(other, -1);
  }

  private CrossingSums combined(CrossingSums other, int sign) {
    return new CrossingSums(
        currency,
        requests + sign * other.requests,
        promptTokens + sign * other.promptTokens,
        cachedTokens + sign * other.cachedTokens,
        completionTokens + sign * other.completionTokens,
        engineMicros + sign * other.engineMicros,
        microCurrency + sign * other.microCurrency);
  }

  static CrossingSums read(ResultSet row) throws SQLException {
    return new CrossingSums(
        row.getString("unit"),
        row.getLong("requests"),
        row.getLong("prompt_tokens"),
        row.getLong("cached_tokens"),
        row.getLong("completion_tokens"),
        row.getLong("engine_micros"),
        row.getLong("micro_currency"));
  }
}
