package org.archipel.scheduling;

/**
 * How a run ended and what it took, as far as it is known.
 *
 * @param outcome how it ended
 * @param promptTokens all tokens of the prompt, or {@link #UNKNOWN}
 * @param cachedTokens those of them that the engine found in its cache, or {@link #UNKNOWN}
 * @param completionTokens tokens generated, or {@link #UNKNOWN}
 */
public record Completion(
    Outcome outcome, long promptTokens, long cachedTokens, long completionTokens) {
  /** The engine did not say. */
  public static final long UNKNOWN = -1;

  /** A run of which only the end is known. */
  public static Completion of(Outcome outcome) {
    return new Completion(outcome, UNKNOWN, UNKNOWN, UNKNOWN);
  }
}
