package org.archipel.ledger;

import java.math.BigInteger;

/**
 * What a tariff asks, each from 0 to {@value #MAX}.
 *
 * <p>A record's price is one sum, rounded once: tokens of the prompt that were not cached, cached
 * tokens and produced tokens by their rates per million, time on engines and audio by their rates
 * per second, and the rate per request. The sum is exact (128 bits and more) and rounded half up to
 * a whole micro-currency; beyond {@link Long#MAX_VALUE} it stays there.
 *
 * @param promptPerMillion micro-currency for a million tokens of prompts that were not cached
 * @param cachedPerMillion micro-currency for a million tokens of prompts that engines had cached
 * @param completionPerMillion micro-currency for a million tokens produced
 * @param perEngineSecond micro-currency for a second on an engine
 * @param perAudioSecond micro-currency for a second of audio
 * @param perRequest micro-currency for a request
 */
public record Rates(
    long promptPerMillion,
    long cachedPerMillion,
    long completionPerMillion,
    long perEngineSecond,
    long perAudioSecond,
    long perRequest) {
  /** The highest rate: a million units of the currency. */
  public static final long MAX = 1_000_000_000_000L;

  private static final long MILLION = 1_000_000;
  private static final long MILLIS_TO_MICROS = 1000;

  public Rates {
    check("prompt", promptPerMillion);
    check("cached", cachedPerMillion);
    check("completion", completionPerMillion);
    check("engine_second", perEngineSecond);
    check("audio_second", perAudioSecond);
    check("request", perRequest);
  }

  private static void check(String name, long rate) {
    if (rate < 0 || rate > MAX) {
      throw new IllegalArgumentException(name + ": " + rate + " (expected: 0 to " + MAX + ")");
    }
  }

  /** The price of one request in micro-currency. */
  long cost(UsageRecord.Tokens tokens, long engineMicros, long audioMillis) {
    long fresh = tokens.prompt() - tokens.cached();
    try {
      long sum = Math.multiplyExact(fresh, promptPerMillion);
      sum = Math.addExact(sum, Math.multiplyExact(tokens.cached(), cachedPerMillion));
      sum = Math.addExact(sum, Math.multiplyExact(tokens.completion(), completionPerMillion));
      sum = Math.addExact(sum, Math.multiplyExact(engineMicros, perEngineSecond));
      long audioMicros = Math.multiplyExact(audioMillis, MILLIS_TO_MICROS);
      sum = Math.addExact(sum, Math.multiplyExact(audioMicros, perAudioSecond));
      sum = Math.addExact(sum, perRequest * MILLION);
      return Math.addExact(sum, MILLION / 2) / MILLION;
    } catch (ArithmeticException beyondLong) {
      return wideCost(tokens, engineMicros, audioMillis);
    }
  }

  private long wideCost(UsageRecord.Tokens tokens, long engineMicros, long audioMillis) {
    BigInteger audioMicros =
        BigInteger.valueOf(audioMillis).multiply(BigInteger.valueOf(MILLIS_TO_MICROS));
    return product(tokens.prompt() - tokens.cached(), promptPerMillion)
        .add(product(tokens.cached(), cachedPerMillion))
        .add(product(tokens.completion(), completionPerMillion))
        .add(product(engineMicros, perEngineSecond))
        .add(audioMicros.multiply(BigInteger.valueOf(perAudioSecond)))
        .add(product(perRequest, MILLION))
        .add(BigInteger.valueOf(MILLION / 2))
        .divide(BigInteger.valueOf(MILLION))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }

  private static BigInteger product(long count, long rate) {
    return BigInteger.valueOf(count).multiply(BigInteger.valueOf(rate));
  }
}
