package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * SGLang: {@code /health}, {@code /v1/models}, {@code /get_model_info}, and of {@code /server_info}
 * only the version, the limit of running requests, the size of the KV cache and what becomes of
 * priorities, because that answer leaks keys.
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
        EngineDialect.metrics(session.ask("/metrics"), previous, "sglang:", "sglang_"),
        models,
        true,
        EngineDialect.known(
            server.map(SglangDialect::kvTokens).orElse(OptionalLong.empty()), previous.kvTokens()),
        server.map(SglangDialect::priority).orElse(previous.priority()));
  }

  /** Each data-parallel rank has a cache of its own; all are as large. */
  private static OptionalLong kvTokens(JsonNode server) {
    OptionalInt ofRank = JsonFacts.positiveInt(server, "max_total_num_tokens");
    if (ofRank.isEmpty()) {
      return OptionalLong.empty();
    }
    int states = JsonFacts.elements(server.path("internal_states")).size();
    int ranks = JsonFacts.positiveInt(server, "dp_size").orElse(Math.max(1, states));
    long tokens = (long) ofRank.getAsInt() * ranks;
    return tokens <= KvCache.MOST_TOKENS ? OptionalLong.of(tokens) : OptionalLong.empty();
  }

  /** Nothing when the answer hides it, as a proxy may make it do. */
  private static Optional<PrioritySense> priority(JsonNode server) {
    JsonNode enabled = server.path("enable_priority_scheduling");
    if (!enabled.isBoolean()) {
      return Optional.empty();
    }
    if (!enabled.booleanValue()) {
      return Optional.of(PrioritySense.NONE);
    }
    boolean low = server.path("schedule_low_priority_values_first").asBoolean(false);
    return Optional.of(low ? PrioritySense.LOWER_FIRST : PrioritySense.HIGHER_FIRST);
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
