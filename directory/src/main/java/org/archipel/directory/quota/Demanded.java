package org.archipel.directory.quota;

/**
 * What a request may use at most, as far as one can tell before it runs. All at least 0.
 *
 * @param promptTokens estimated tokens of the prompt
 * @param completionTokens the most tokens that are reserved for the answer
 * @param microCurrency what that would cost
 */
public record Demanded(long promptTokens, long completionTokens, long microCurrency) {
  long tokens() {
    return promptTokens + completionTokens;
  }
}
