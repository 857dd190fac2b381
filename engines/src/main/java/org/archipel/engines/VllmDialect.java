package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * vLLM: {@code /health}, {@code /v1/models} with {@code max_model_len}, {@code /version}, and the
 * size of the KV cache from {@code /metrics}. It does not tell whether it heeds priorities.
 */
final class VllmDialect implements EngineDialect {
  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    session.health("/health", "not healthy, or loading the model");
    List<FoundModel> models = EngineDialect.openAiModels(session.json("/v1/models"));
    // Only there in development mode; elsewhere 404, which says nothing.
    Optional<Answer> sleep = session.ask("/is_sleeping");
    if (sleep.isPresent() && sleep.get().json().path("is_sleeping").asBoolean(false)) {
      throw ProblemWords.answered("asleep", "wake it with POST /wake_up");
    }
    Optional<JsonNode> version = session.ask("/version").map(Answer::json);
    Optional<Answer> metrics = session.ask("/metrics");
    return new Findings(
        version.isPresent() ? JsonFacts.version(version.get(), "version") : previous.version(),
        OptionalInt.empty(),
        // Ray replaces the colon.
        EngineDialect.metrics(metrics, previous, "vllm:", "vllm_", "ray_vllm_"),
        models,
        true,
        // The size does not change while it runs, whether or not it goes on telling it.
        EngineDialect.known(
            metrics.map(VllmLoad::kvTokens).orElse(OptionalLong.empty()), previous.kvTokens()),
        Optional.empty());
  }
}
