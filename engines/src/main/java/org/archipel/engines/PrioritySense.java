package org.archipel.engines;

import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.scheduling.ServiceClass;

/** Which way an engine reads the {@code priority} of a request. A hint to it, never our order. */
public enum PrioritySense {
  /** It has none, ignores it or refuses it: nothing is to be sent. */
  NONE,
  /** The lower number goes first: vLLM. */
  LOWER_FIRST,
  /** The higher number goes first: SGLang, unless it was told otherwise. */
  HIGHER_FIRST;

  /**
   * What to believe. vLLM silently ignores priorities unless it was started with {@code
   * --scheduling-policy priority} and does not tell which: only a declaration counts. SGLang tells,
   * and may refuse a priority that it was not told to heed, so that its word stands above it.
   *
   * @param declared what the operator says, if anything
   * @param reported what the engine says, if anything
   */
  static PrioritySense resolve(
      EngineType type, Optional<Boolean> declared, Optional<PrioritySense> reported) {
    if (declared.isPresent() && !declared.get()) {
      return NONE;
    }
    return switch (type) {
      case VLLM -> declared.isPresent() ? LOWER_FIRST : NONE;
      case SGLANG -> reported.orElse(declared.isPresent() ? HIGHER_FIRST : NONE);
      case LLAMACPP, OLLAMA, OPENAI -> NONE;
    };
  }

  /** The number that tells an engine of a class; empty when it is to be told nothing. */
  public OptionalInt number(ServiceClass serviceClass) {
    int patience = serviceClass.rank();
    return switch (this) {
      case NONE -> OptionalInt.empty();
      case LOWER_FIRST -> OptionalInt.of(patience);
      case HIGHER_FIRST -> OptionalInt.of(ServiceClass.BATCH.rank() - patience);
    };
  }
}
