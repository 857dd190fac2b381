package org.archipel.engines;

import org.jspecify.annotations.Nullable;

/** The size of a KV cache as engines tell it in labels: pages of some tokens each. */
final class KvCache {
  /** Far above any: 10 billion tokens of 32 KiB would be 300 TB. */
  static final long MOST_TOKENS = 10_000_000_000L;

  private KvCache() {}

  /** The product, 0 when it cannot be told. Before the first request vLLM may write None. */
  static long tokens(@Nullable String pageTokens, @Nullable String pages) {
    long tokens = number(pageTokens) * number(pages);
    return tokens <= MOST_TOKENS ? tokens : 0;
  }

  private static long number(@Nullable String text) {
    // Nine digits: the product of two fits a long.
    return text != null && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
  }
}
