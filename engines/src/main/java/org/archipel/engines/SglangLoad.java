package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.scheduling.EngineLoad;

/**
 * The load of SGLang: {@code /v1/loads}, one entry for each data-parallel rank, and where that is
 * not served {@code /metrics}, which needs {@code --enable-metrics} (engines.md §4).
 */
final class SglangLoad implements LoadDialect {
  private static final String LOADS = "/v1/loads";
  private static final String METRICS = "/metrics";
  private static final String RUNNING = "sglang_num_running_reqs";
  private static final String WAITING = "sglang_num_queue_reqs";
  private static final String USAGE = "sglang_token_usage";
  private static final String FULL_USAGE = "sglang_full_token_usage";
  private static final String RETRACTED = "sglang_num_retracted_requests_total";
  private static final long MOST_REQUESTS = 10_000_000;
  private static final Set<String> NAMES = Set.of(RUNNING, WAITING, USAGE, FULL_USAGE, RETRACTED);

  @Override
  public LoadReading read(EngineSession session)
      throws EngineProblemException, InterruptedException {
    Answer answer = session.get(LOADS);
    Optional<LoadReading> loads = ofLoads(answer.json());
    if (loads.isPresent()) {
      return loads.get();
    }
    return ofMetrics(session.get(METRICS));
  }

  /** Nothing when that is no list of loads. */
  private static Optional<LoadReading> ofLoads(JsonNode json) {
    JsonNode list = json.isArray() ? json : json.path("loads");
    if (!list.isArray()) {
      return Optional.empty();
    }
    List<JsonNode> ranks = JsonFacts.elements(list);
    if (ranks.isEmpty()) {
      return Optional.of(
          new LoadReading.Silence(
              "has no rank at /v1/loads", "its scheduler is broken: restart it"));
    }
    OptionalLong running = sum(ranks, "num_running_reqs", MOST_REQUESTS);
    OptionalLong waiting = sum(ranks, "num_waiting_reqs", MOST_REQUESTS);
    if (running.isEmpty() || waiting.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong room = sum(ranks, "max_total_num_tokens", KvCache.MOST_TOKENS);
    if (room.equals(OptionalLong.of(0))) {
      return Optional.of(
          new LoadReading.Silence(
              "is not ready: max_total_num_tokens is 0 at /v1/loads", "see the engine's log"));
    }
    long used = sum(ranks, "num_used_tokens", KvCache.MOST_TOKENS).orElse(Long.MAX_VALUE);
    double usage = used <= room.orElse(-1) ? (double) used / room.getAsLong() : Double.NaN;
    return Optional.of(
        new LoadReading.Told(
            new EngineLoad((int) running.getAsLong(), (int) waiting.getAsLong(), usage, -1)));
  }

  /** Over all ranks; nothing when one does not say, or when it is too much to be true. */
  private static OptionalLong sum(List<JsonNode> ranks, String field, long most) {
    long sum = 0;
    for (JsonNode rank : ranks) {
      OptionalLong value = JsonFacts.upTo(most, rank, field);
      if (value.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += value.getAsLong();
    }
    return sum <= most ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  private static LoadReading ofMetrics(Answer answer) {
    if (!answer.ok()) {
      return new LoadReading.Silence(
          "tells its load neither at /v1/loads nor at /metrics", "start it with --enable-metrics");
    }
    MetricsPage page = MetricsPage.read(answer, NAMES);
    OptionalInt running = total(page, RUNNING);
    OptionalInt waiting = total(page, WAITING);
    if (running.isEmpty() || waiting.isEmpty()) {
      return new LoadReading.Silence(
          "does not say at /v1/loads or /metrics how many requests run and wait",
          "is this version of SGLang newer than this Archipel?");
    }
    return new LoadReading.Told(
        new EngineLoad(
            running.getAsInt(),
            waiting.getAsInt(),
            page.share(USAGE, FULL_USAGE),
            page.total(RETRACTED)));
  }

  /** With priorities, a series has its total without that label and again each priority's part. */
  private static OptionalInt total(MetricsPage page, String name) {
    OptionalInt total = page.count(labels -> !labels.containsKey("priority"), name);
    return total.isPresent() ? total : page.count(name);
  }
}
