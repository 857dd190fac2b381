package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * SGLang: {@code /health}, {@code /v1/models}, {@code /get_model_info}, and of {@code /server_info}
 * only the version and the limit of running requests, because that answer leaks keys.
 */
final class SglangDialect implements EngineDialect {
  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    session.health("/health", "loading the model");
    List<FoundModel> models = EngineDialect.openAiModels(session.json("/v1/models"));
    Optional<JsonNode> info = either(session, "/get_model_info", "/model_info");
    if (info.isPresent() && isNonGenerating(info.get())) {
      models = models.stream().map(SglangDialect::nonGenerating).toList();
    }
    Optional<JsonNode> server = either(session, "/server_info", "/get_server_info");
    return new Findings(
        server.isPresent() ? JsonFacts.version(server.get(), "version") : previous.version(),
        server.isPresent() ? slots(server.get()) : previous.slots(),
        EngineDialect.metrics(session, previous, "sglang:", "sglang_"),
        models,
        true);
  }

  /** The first of two names that a path had over time; empty when no answer came. */
  private static Optional<JsonNode> either(EngineSession session, String path, String other)
      throws EngineProblemException, InterruptedException {
    Optional<Answer> answer = session.ask(path);
    if (answer.isPresent() && answer.get().status() == 404) {
      answer = session.ask(other);
    }
    return answer.map(Answer::json);
  }

  private static boolean isNonGenerating(JsonNode info) {
    return info.path("is_generation").isBoolean() && !info.path("is_generation").booleanValue();
  }

  private static FoundModel nonGenerating(FoundModel model) {
    ModelKind kind = ModelKindGuess.ofNonGenerating(model.name());
    return new FoundModel(model.name(), kind, model.contextWindow(), model.revision());
  }

  /** The limit in force is per data-parallel rank; the configured one is the fallback. */
  private static OptionalInt slots(JsonNode server) {
    long sum = 0;
    for (JsonNode rank : JsonFacts.elements(server.path("internal_states"))) {
      sum += JsonFacts.positiveInt(rank, "effective_max_running_requests_per_dp").orElse(0);
    }
    return sum > 0 && sum <= Integer.MAX_VALUE
        ? OptionalInt.of((int) sum)
        : JsonFacts.positiveInt(server, "max_running_requests");
  }
}
