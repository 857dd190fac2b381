package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.scheduling.EngineLoad;

/**
 * The load of llama.cpp's server: {@code /metrics}, which needs {@code --metrics}, else {@code
 * /slots}, which says nothing of what waits (engines.md §5). In this order: an answer of {@code
 * /slots} may be long, holds settings of requests, and asking for it keeps an idle server awake.
 */
final class LlamaCppLoad implements LoadDialect {
  private static final String RUNNING = "llamacpp_requests_processing";
  private static final String WAITING = "llamacpp_requests_deferred";
  private static final Set<String> NAMES = Set.of(RUNNING, WAITING);

  @Override
  public LoadReading read(EngineSession session)
      throws EngineProblemException, InterruptedException {
    MetricsPage page = MetricsPage.read(session.get("/metrics"), NAMES);
    OptionalInt running = page.count(RUNNING);
    OptionalInt waiting = page.count(WAITING);
    if (running.isPresent() && waiting.isPresent()) {
      return new LoadReading.Told(EngineLoad.of(running.getAsInt(), waiting.getAsInt()));
    }
    OptionalInt busy = busy(session.get("/slots").json());
    if (busy.isPresent()) {
      return new LoadReading.Told(EngineLoad.of(busy.getAsInt(), 0));
    }
    return new LoadReading.Silence(
        "tells its load neither at /metrics nor at /slots", "start it with --metrics");
  }

  private static OptionalInt busy(JsonNode slots) {
    List<JsonNode> all = JsonFacts.elements(slots);
    if (!slots.isArray() || all.isEmpty()) {
      return OptionalInt.empty();
    }
    int busy = 0;
    for (JsonNode slot : all) {
      JsonNode processing = slot.path("is_processing");
      // Before is_processing there was a state, of which 0 is idle.
      JsonNode state = slot.path("state");
      if (!processing.isBoolean() && !state.isIntegralNumber()) {
        return OptionalInt.empty();
      }
      busy += processing.asBoolean(false) || state.asInt(0) != 0 ? 1 : 0;
    }
    return OptionalInt.of(busy);
  }
}
