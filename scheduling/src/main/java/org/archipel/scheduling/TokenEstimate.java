package org.archipel.scheduling;

/**
 * What is known of a demand's size before it runs.
 *
 * @param prompt expected prompt tokens, at least 0
 * @param completionLimit the most completion tokens that the caller asked for; {@link #UNLIMITED}
 *     when it named no limit, 0 when nothing is generated (embeddings, rerank)
 */
public record TokenEstimate(int prompt, int completionLimit) {
  /** No limit was given. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public TokenEstimate {
    if (prompt < 0) {
      throw new IllegalArgumentException("prompt: " + prompt + " (expected: >= 0)");
    }
    if (completionLimit < 0) {
      throw new IllegalArgumentException(
          "completion_limit: " + completionLimit + " (expected: >= 0)");
    }
  }
}
