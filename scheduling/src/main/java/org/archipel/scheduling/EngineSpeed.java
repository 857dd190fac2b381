package org.archipel.scheduling;

/**
 * How fast an engine is: the start values of what a pool learns from its streams.
 *
 * <p>The time between two tokens of a sequence grows with the batch: {@code interToken(n) = base +
 * n × perSequence} (scheduling.md §5.2).
 *
 * @param prefillTokensPerSecond uncached prompt tokens computed in a second, over 0
 * @param interTokenBaseSeconds see above, at least 0
 * @param interTokenPerSequenceSeconds see above, at least 0
 */
public record EngineSpeed(
    double prefillTokensPerSecond,
    double interTokenBaseSeconds,
    double interTokenPerSequenceSeconds) {

  /** For hardware of which nothing is known: the order of a small GPU (scheduling.md §5.2). */
  public static final EngineSpeed UNKNOWN = new EngineSpeed(2_500, 0.030, 0.0006);

  public EngineSpeed {
    if (!(prefillTokensPerSecond > 0)) {
      throw new IllegalArgumentException(
          "prefill_tokens_per_second: " + prefillTokensPerSecond + " (expected: > 0)");
    }
    if (!(interTokenBaseSeconds >= 0) || !(interTokenPerSequenceSeconds >= 0)) {
      throw new IllegalArgumentException(
          "inter-token seconds: %s + n x %s (expected: >= 0)"
              .formatted(interTokenBaseSeconds, interTokenPerSequenceSeconds));
    }
  }
}
