package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * llama.cpp's server: {@code /health} (503 while loading), {@code /v1/models}, and {@code /props}
 * with the slots and the context that each slot really has.
 */
final class LlamaCppDialect implements EngineDialect {
  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    session.health("/health", "loading the model");
    List<FoundModel> models = EngineDialect.openAiModels(session.json("/v1/models"));
    // Health and models are open, props is the first that needs the key.
    JsonNode props = session.json("/props");
    OptionalInt context = JsonFacts.positiveInt(props.path("default_generation_settings"), "n_ctx");
    if (models.size() == 1 && context.isPresent()) {
      FoundModel only = models.getFirst();
      // The model list tells the context of the training, which a slot seldom has.
      models = List.of(new FoundModel(only.name(), only.kind(), context, Optional.empty()));
    }
    return new Findings(
        JsonFacts.version(props, "build_info"),
        JsonFacts.positiveInt(props, "total_slots"),
        EngineDialect.metrics(session, previous, "llamacpp:"),
        models,
        true);
  }
}
