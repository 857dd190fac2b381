package org.archipel.simulator;

/**
 * A model that a simulated engine serves.
 *
 * @param name what callers name in {@code model}
 * @param kind what it is for; routes of another kind refuse it
 * @param contextWindow prompt and completion tokens together, at least 1
 */
public record SimulatedModel(String name, Kind kind, int contextWindow) {

  /** What a model is for. */
  public enum Kind {
    CHAT,
    EMBEDDING,
    RERANK,
    TRANSCRIPTION,
    SPEECH,
    IMAGE
  }

  public SimulatedModel {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: '" + name + "' (expected: not blank)");
    }
    if (contextWindow < 1) {
      throw new IllegalArgumentException("context_window: " + contextWindow + " (expected: >= 1)");
    }
  }

  /** A model of that kind with a context window of 131,072 tokens. */
  public static SimulatedModel of(String name, Kind kind) {
    return new SimulatedModel(name, kind, 131_072);
  }

  /** A chat model with a context window of 131,072 tokens. */
  public static SimulatedModel chat(String name) {
    return of(name, Kind.CHAT);
  }
}
