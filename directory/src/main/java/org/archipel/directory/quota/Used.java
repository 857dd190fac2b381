package org.archipel.directory.quota;

/**
 * What a request really used, as its usage record says. All at least 0.
 *
 * @param promptTokens tokens of the prompt, cached ones included
 * @param completionTokens tokens produced
 * @param microCurrency what it cost
 */
public record Used(long promptTokens, long completionTokens, long microCurrency) {
  long tokens() {
    return promptTokens + completionTokens;
  }
}
