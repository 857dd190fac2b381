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
  private static final String PROPS = "/props";

  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    session.health("/health", "loading the model");
    List<FoundModel> models = EngineDialect.openAiModels(session.json("/v1/models"));
    JsonNode props = props(session);
    OptionalInt context = JsonFacts.positiveInt(props.path("default_generation_settings"), "n_ctx");
    if (models.size() == 1 && context.isPresent()) {
      FoundModel only = models.getFirst();
      // The model list tells the context of the training, which a slot seldom has.
      models = List.of(new FoundModel(only.name(), only.kind(), context, Optional.empty()));
    }
    return new Findings(
        JsonFacts.version(props, "build_info"),
        JsonFacts.positiveInt(props, "total_slots"),
        EngineDialect.metrics(session.ask("/metrics"), previous, "llamacpp:"),
        models,
        true);
  }

  /** Health and models are open to all: this is the first path that needs the key. */
  private static JsonNode props(EngineSession session)
      throws EngineProblemException, InterruptedException {
    Answer answer = session.get(PROPS);
    return switch (answer.status()) {
      case 401, 403, 503 -> throw ProblemWords.ofStatus(answer.status(), PROPS, session.hasKey());
      // A proxy in front may hide it: its facts are worth having, not worth an outage.
      default -> answer.json();
    };
  }
}
