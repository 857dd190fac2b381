package org.archipel.simulator;

import java.time.Duration;

/**
 * Given delays, whatever the load; zero ones show what the network and a relay take.
 *
 * @param firstToken delay before the first token, at least zero
 * @param interToken delay between two tokens, at least zero
 */
public record FixedTiming(Duration firstToken, Duration interToken) implements EngineTiming {

  /** No delay at all. */
  public static final FixedTiming NONE = new FixedTiming(Duration.ZERO, Duration.ZERO);

  public FixedTiming {
    requireNotNegative("first_token", firstToken);
    requireNotNegative("inter_token", interToken);
  }

  @Override
  public String device() {
    return "none";
  }

  @Override
  public long firstTokenNanos(int promptTokens, int cachedTokens) {
    return firstToken.toNanos();
  }

  @Override
  public long interTokenNanos(int batch, long averageContext) {
    return interToken.toNanos();
  }

  @Override
  public boolean prefillsInTurn() {
    return false;
  }

  private static void requireNotNegative(String name, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(name + ": " + delay + " (expected: >= PT0S)");
    }
  }
}
