package org.archipel.scheduling;

/**
 * What an engine can hold at once.
 *
 * @param maxConcurrency requests, at least 1: {@code --max-num-seqs}, {@code total_slots} or {@code
 *     OLLAMA_NUM_PARALLEL}
 * @param kvTokens tokens of its KV cache, or 0 when it does not say
 * @param slots whether it has fixed slots (llama.cpp, Ollama) rather than a batch that grows: then
 *     nothing may ever wait inside it
 */
public record EngineCapacity(int maxConcurrency, long kvTokens, boolean slots) {
  public EngineCapacity {
    if (maxConcurrency < 1) {
      throw new IllegalArgumentException(
          "max_concurrency: " + maxConcurrency + " (expected: >= 1)");
    }
    if (kvTokens < 0) {
      throw new IllegalArgumentException("kv_tokens: " + kvTokens + " (expected: >= 0)");
    }
  }

  /** A batching engine of which only the number of sequences is known. */
  public static EngineCapacity of(int maxConcurrency) {
    return new EngineCapacity(maxConcurrency, 0, false);
  }
}
