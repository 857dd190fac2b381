package org.archipel.engines;

import java.util.Locale;
import java.util.Optional;

/** The kinds of inference server that Archipel knows how to probe. */
public enum EngineType {
  VLLM,
  SGLANG,
  LLAMACPP,
  OLLAMA,
  /** Anything else that speaks the OpenAI API. */
  OPENAI;

  /** The word for this type in configuration, API and console. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of that word, if there is one. */
  public static Optional<EngineType> of(String word) {
    for (EngineType type : values()) {
      if (type.word().equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
