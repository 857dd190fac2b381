package org.archipel.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers recent prompts block by block, as an engine's KV cache does. It keeps hashes only. All
 * methods may be called from any thread.
 */
final class PrefixCache {
  /** vLLM's usual block of 16 tokens. */
  static final int BLOCK_TOKENS = 16;

  private static final int BLOCK_CHARACTERS = BLOCK_TOKENS * TokenRule.CHARACTERS;
  // Blocks kept: about a million tokens, the order of one GPU's KV cache.
  private static final int CAPACITY = 65_536;

  private final Map<Long, Boolean> blocks = new Recent();

  /**
   * Tokens at the head of this prompt that an earlier one began with, in whole blocks; remembers
   * the prompt. The last token is never cached: an engine has to compute it to go on.
   */
  int lookup(String prompt, int promptTokens) {
    int known = 0;
    boolean matching = true;
    long hash = 1125899906842597L;
    synchronized (blocks) {
      for (int end = BLOCK_CHARACTERS; end <= prompt.length(); end += BLOCK_CHARACTERS) {
        for (int i = end - BLOCK_CHARACTERS; i < end; i++) {
          hash = 31 * hash + prompt.charAt(i);
        }
        hash ^= hash >>> 29;
        matching = blocks.put(hash, Boolean.TRUE) != null && matching;
        known += matching ? BLOCK_TOKENS : 0;
      }
    }
    int limit = Math.max(0, (promptTokens - 1) / BLOCK_TOKENS * BLOCK_TOKENS);
    return Math.min(known, limit);
  }

  private static final class Recent extends LinkedHashMap<Long, Boolean> {
    Recent() {
      super(1024, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
      return size() > CAPACITY;
    }
  }
}
