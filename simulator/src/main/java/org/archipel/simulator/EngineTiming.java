package org.archipel.simulator;

/** How long a simulated engine takes. Immutable. */
public sealed interface EngineTiming permits FixedTiming, HardwareTiming {

  /** What the engine says it runs on. */
  String device();

  /**
   * From the start of a request in the engine to its first token, in nanoseconds.
   *
   * @param promptTokens all tokens of the prompt
   * @param cachedTokens those of them found in the prefix cache
   */
  long firstTokenNanos(int promptTokens, int cachedTokens);

  /**
   * Between two tokens of one sequence, in nanoseconds.
   *
   * @param batch sequences that run together, at least 1
   * @param averageContext average tokens of context over those sequences
   */
  long interTokenNanos(int batch, long averageContext);

  /** Whether the prompts of several requests are computed one after the other. */
  boolean prefillsInTurn();
}
