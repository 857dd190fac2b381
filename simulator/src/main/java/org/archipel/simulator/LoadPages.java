package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What an engine tells of its load, or fails to. Usable from all threads. */
final class LoadPages {
  private record Telling(MetricsFault fault, Map<String, Page> frozen) {}

  private final EngineState state;
  private volatile Telling telling = new Telling(MetricsFault.NONE, Map.of());

  LoadPages(EngineState state) {
    this.state = state;
  }

  /** From now on, this is wrong with the pages. */
  void fault(MetricsFault fault) {
    Map<String, Page> frozen = new HashMap<>();
    if (fault == MetricsFault.STALE) {
      for (String path : new String[] {"/metrics", "/v1/loads", "/slots", "/load"}) {
        truth(path, "").ifPresent(page -> frozen.put(path, page));
      }
    }
    telling = new Telling(fault, Map.copyOf(frozen));
  }

  /** The page at this path, if it is one of load and this flavour has it. */
  Optional<Page> page(String path, String query) {
    Telling now = telling;
    return switch (now.fault()) {
      case NONE -> truth(path, query);
      case STOPPED -> Optional.empty();
      case EMPTY -> truth(path, query).map(LoadPages::emptied);
      case RENAMED -> truth(path, query).map(LoadPages::renamed);
      case STALE -> Optional.ofNullable(now.frozen().get(path));
    };
  }

  private Optional<Page> truth(String path, String query) {
    return switch (state.flavour()) {
      case VLLM ->
          switch (path) {
            case "/metrics" -> Optional.of(Page.metrics(new MetricsText(state).vllm()));
            // Always 0 without --enable-server-load-tracking.
            case "/load" -> Optional.of(Page.json(Wire.object().put("server_load", 0)));
            default -> Optional.empty();
          };
      case SGLANG ->
          switch (path) {
            case "/metrics" -> Optional.of(Page.metrics(new MetricsText(state).sglang()));
            case "/v1/loads" -> Optional.of(loads());
            default -> Optional.empty();
          };
      case LLAMACPP ->
          switch (path) {
            case "/metrics" -> Optional.of(Page.metrics(new MetricsText(state).llamacpp()));
            case "/slots" -> Optional.of(slots(query));
            default -> Optional.empty();
          };
      case OLLAMA, OPENAI -> Optional.empty();
    };
  }

  private Page loads() {
    ObjectNode body = Wire.object().put("dp_rank_count", 1);
    ObjectNode rank = body.putArray("loads").addObject().put("dp_rank", 0);
    rank.put("num_running_reqs", state.batch.running());
    rank.put("num_waiting_reqs", state.batch.waiting());
    rank.put("num_waiting_uncached_tokens", 0);
    rank.put("num_used_tokens", Math.min(state.batch.contextTokens(), state.kvTokens()));
    rank.put("max_total_num_tokens", state.kvTokens());
    rank.put("max_running_requests", state.options.maxConcurrency());
    rank.put("token_usage", state.kvUsage()).put("gen_throughput", 0.0);
    return Page.json(body);
  }

  private Page slots(String query) {
    int total = state.options.maxConcurrency();
    int busy = state.batch.running();
    if (query.contains("fail_on_no_slot=1") && busy >= total) {
      return Page.json(503, Wire.error(503, "unavailable_error", "no slot available"));
    }
    ArrayNode slots = Wire.object().arrayNode();
    for (int i = 0; i < total; i++) {
      ObjectNode slot = slots.addObject().put("id", i).put("is_processing", i < busy);
      slot.put("n_ctx", state.options.models().get(0).contextWindow());
    }
    return Page.json(slots);
  }

  private static Page emptied(Page page) {
    return page.type.startsWith("text/")
        ? Page.metrics("# no series\n")
        : Page.rawJson(page.text().startsWith("[") ? "[]" : "{}");
  }

  private static Page renamed(Page page) {
    String text = page.text();
    return page.type.startsWith("text/")
        ? Page.metrics(text.replaceAll("(vllm|sglang|llamacpp):", "$1:renamed_"))
        : Page.rawJson(text.replaceAll("\"(\\w+)\":", "\"renamed_$1\":"));
  }
}
