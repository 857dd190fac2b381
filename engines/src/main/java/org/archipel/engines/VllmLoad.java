package org.archipel.engines;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.scheduling.EngineLoad;

/**
 * The load of vLLM, from {@code /metrics}, over all its {@code engine} labels (engines.md §3): with
 * data parallelism each rank has one. With several API servers each shows only its part.
 */
final class VllmLoad implements LoadDialect {
  private static final String PATH = "/metrics";
  private static final String RUNNING = "vllm_num_requests_running";
  private static final String WAITING = "vllm_num_requests_waiting";
  private static final String BY_REASON = "vllm_num_requests_waiting_by_reason";
  private static final String KV_USAGE = "vllm_kv_cache_usage_perc";
  private static final String PREEMPTIONS = "vllm_num_preemptions_total";

  /** Its name before the V1 engine. */
  private static final String OLD_KV_USAGE = "vllm_gpu_cache_usage_perc";

  private static final String CACHE = "vllm_cache_config_info";
  private static final Set<String> NAMES =
      Set.of(RUNNING, WAITING, BY_REASON, KV_USAGE, OLD_KV_USAGE, PREEMPTIONS);

  @Override
  public LoadReading read(EngineSession session)
      throws EngineProblemException, InterruptedException {
    Answer answer = session.get(PATH);
    if (!answer.ok()) {
      return LoadReading.Silence.at(PATH, answer, "is /metrics hidden by a proxy in front of it?");
    }
    MetricsPage page = MetricsPage.read(answer, NAMES);
    OptionalInt running = page.count(RUNNING);
    // What is deferred waits for something else than room, and would wait anywhere.
    OptionalInt waiting = page.count(labels -> "capacity".equals(labels.get("reason")), BY_REASON);
    if (waiting.isEmpty()) {
      waiting = page.count(WAITING);
    }
    if (running.isEmpty() || waiting.isEmpty()) {
      return page.isEmpty()
          ? new LoadReading.Silence(
              "has no vllm: series at /metrics", "start it without --disable-log-stats")
          : new LoadReading.Silence(
              "does not say at /metrics how many requests run and wait",
              "is this version of vLLM newer than this Archipel?");
    }
    double usage = page.share(KV_USAGE, OLD_KV_USAGE);
    return new LoadReading.Told(
        new EngineLoad(running.getAsInt(), waiting.getAsInt(), usage, page.total(PREEMPTIONS)));
  }

  /** The tokens that the KV caches of all ranks hold, by a metrics page. */
  static OptionalLong kvTokens(Answer answer) {
    long tokens = 0;
    for (Map<String, String> labels : MetricsPage.read(answer, Set.of(CACHE)).labels(CACHE)) {
      tokens += KvCache.tokens(labels.get("block_size"), labels.get("num_gpu_blocks"));
    }
    return tokens > 0 && tokens <= KvCache.MOST_TOKENS
        ? OptionalLong.of(tokens)
        : OptionalLong.empty();
  }
}
