package org.archipel.engines;

import java.util.Optional;

/** How to ask an engine of one type for its load. Stateless. */
interface LoadDialect {
  /** Asks once. */
  LoadReading read(EngineSession session) throws EngineProblemException, InterruptedException;

  /**
   * The dialect of that type. Ollama tells which models are loaded and nothing of what they do, and
   * of an engine that merely speaks the OpenAI API nothing can be counted on: none for those.
   */
  static Optional<LoadDialect> of(EngineType type) {
    return switch (type) {
      case VLLM -> Optional.of(new VllmLoad());
      case SGLANG -> Optional.of(new SglangLoad());
      case LLAMACPP -> Optional.of(new LlamaCppLoad());
      case OLLAMA, OPENAI -> Optional.empty();
    };
  }
}
