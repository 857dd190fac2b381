package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How to ask an engine of one type what it is and what it serves. Stateless. */
interface EngineDialect {
  /**
   * Asks everything.
   *
   * @param wanted the model whose details matter; empty for all
   * @param previous what was found before; kept where the engine gives no answer this time, so that
   *     a busy engine does not seem to lose abilities
   */
  Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException;

  /** The dialect of that type. */
  static EngineDialect of(EngineType type) {
    return switch (type) {
      case VLLM -> new VllmDialect();
      case SGLANG -> new SglangDialect();
      case LLAMACPP -> new LlamaCppDialect();
      case OLLAMA -> new OllamaDialect();
      case OPENAI -> new OpenAiDialect();
    };
  }

  /** The models of an OpenAI model list, each with the context length by whatever name it has. */
  static List<FoundModel> openAiModels(JsonNode list) throws EngineProblemException {
    // Ollama without models answers null there.
    if (!list.path("data").isArray() && !list.path("data").isNull()) {
      throw ProblemWords.answered(
          "answers JSON without a model list at /v1/models", "is this an inference engine?");
    }
    List<FoundModel> models = new ArrayList<>();
    for (JsonNode entry : JsonFacts.elements(list.path("data"))) {
      JsonFacts.name(entry, "id")
          .ifPresent(name -> models.add(new FoundModel(name, contextWindow(entry))));
    }
    return models;
  }

  private static OptionalInt contextWindow(JsonNode entry) {
    OptionalInt top =
        JsonFacts.firstPositiveInt(
            entry, "max_model_len", "context_length", "context_window", "max_input_tokens");
    return top.isPresent()
        ? top
        : JsonFacts.firstPositiveInt(entry.path("meta"), "n_ctx", "n_ctx_train");
  }

  /** Whether the load metrics of a type are on that page, if an answer came in time. */
  static boolean metrics(Optional<Answer> page, Findings previous, String... prefixes) {
    return page.isPresent() ? page.get().hasSeries(prefixes) : previous.metrics();
  }

  /** The first that is known. */
  static OptionalLong known(OptionalLong first, OptionalLong second) {
    return first.isPresent() ? first : second;
  }
}
