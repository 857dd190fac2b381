package org.archipel.relay;

import org.archipel.ledger.UsageRecord;

/**
 * The counts that an engine reported, in any dialect, put together from all places where they
 * stood. -1 is unknown. Not thread-safe.
 */
final class TokenCounts {
  /** More than any request can have: above it a count is an error of the engine. */
  private static final long MAX_TOKENS = 1_000_000_000L;

  /** Longer than any file that is taken: above it a length is an error of the engine. */
  private static final double MAX_AUDIO_SECONDS = 10_000_000;

  private long input = -1;
  private long cachedWithinInput = -1;
  private long cacheRead = -1;
  private long cacheWritten = -1;
  private long output = -1;
  private long audioMillis;

  /** Takes one number of a usage object; later ones replace earlier ones. */
  void take(String field, long value) {
    if (value < 0 || value > MAX_TOKENS) {
      return;
    }
    switch (field) {
      case "prompt_tokens", "input_tokens" -> input = value;
      case "completion_tokens", "output_tokens" -> output = value;
      case "cached_tokens", "cache_n" -> cachedWithinInput = value;
      case "cache_read_input_tokens" -> cacheRead = value;
      case "cache_creation_input_tokens" -> cacheWritten = value;
      default -> {}
    }
  }

  /** Takes the length of the audio that an answer is about. */
  void takeAudio(double seconds) {
    if (seconds >= 0 && seconds <= MAX_AUDIO_SECONDS) {
      audioMillis = Math.round(seconds * 1000);
    }
  }

  /** The length of the audio, as reported; 0 when nothing was said. */
  long audioMillis() {
    return audioMillis;
  }

  /** Takes all that another one has, in place of what is here. */
  void takeAll(TokenCounts other) {
    input = other.input;
    cachedWithinInput = other.cachedWithinInput;
    cacheRead = other.cacheRead;
    cacheWritten = other.cacheWritten;
    output = other.output;
    audioMillis = other.audioMillis;
  }

  /** The tokens that were found in a cache, as reported, or -1: a reported 0 is a cold cache. */
  long reportedCached() {
    return cacheRead >= 0 ? cacheRead : cachedWithinInput;
  }

  boolean known() {
    return input >= 0;
  }

  /**
   * The tokens for the ledger. Where the engine said nothing, the estimates count and the result is
   * marked so. Anthropic's {@code input_tokens} leave out what the cache gave or took; ours do not.
   */
  UsageRecord.Tokens tokens(long estimatedPrompt, long estimatedCompletion) {
    boolean estimated = input < 0 || (output < 0 && estimatedCompletion > 0);
    long read = Math.max(0, cacheRead);
    long prompt = input < 0 ? estimatedPrompt : input + read + Math.max(0, cacheWritten);
    long cached = cacheRead >= 0 ? cacheRead : Math.max(0, cachedWithinInput);
    long completion = output < 0 ? estimatedCompletion : output;
    return new UsageRecord.Tokens(prompt, Math.min(cached, prompt), completion, estimated);
  }

  /**
   * The tokens of a whole answer. An engine that reports a prompt and no completion (rerank, score,
   * embeddings) produced none: the length of the answer says nothing then.
   */
  UsageRecord.Tokens ofWhole(long estimatedPrompt, long estimatedCompletion) {
    return tokens(estimatedPrompt, known() ? 0 : estimatedCompletion);
  }

  /**
   * The tokens of an answer that was cut short. What was reported may be older than what came after
   * it: Anthropic's streams begin with a count of one and correct it at the end.
   */
  UsageRecord.Tokens ofInterrupted(long estimatedPrompt, long relayed) {
    UsageRecord.Tokens reported = tokens(estimatedPrompt, relayed);
    return relayed <= reported.completion()
        ? reported
        : new UsageRecord.Tokens(reported.prompt(), reported.cached(), relayed, true);
  }
}
