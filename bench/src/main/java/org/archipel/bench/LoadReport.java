package org.archipel.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A load's result as one line of JSON and as a table for people. */
final class LoadReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LoadReport() {}

  static ObjectNode json(LoadResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("seconds", round(result.seconds()));
    node.put("answered", result.answered());
    node.put("requests_per_second", round(result.requestsPerSecond()));
    node.put("events", result.events());
    node.put("body_bytes", result.bodyBytes());
    node.put("errors", result.errors());
    ObjectNode failures = node.putObject("failures");
    ObjectNode latencies = node.putObject("latency_us");
    for (Failure failure : Failure.values()) {
      long count = result.failures().getOrDefault(failure, 0L);
      if (count > 0) {
        failures.put(failure.name().toLowerCase(Locale.ROOT), count);
      }
    }
    for (Timing timing : Timing.values()) {
      result
          .latency(timing)
          .ifPresent(
              latency ->
                  latencies
                      .putObject(timing.name().toLowerCase(Locale.ROOT))
                      .put("p50", latency.p50())
                      .put("p90", latency.p90())
                      .put("p99", latency.p99())
                      .put("p999", latency.p999())
                      .put("max", latency.max()));
    }
    return node;
  }

  static String table(LoadResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d answered in %.1f s: %.0f/s%n%d events: %.0f/s%n%d errors %s%n",
            result.answered(),
            result.seconds(),
            result.requestsPerSecond(),
            result.events(),
            result.eventsPerSecond(),
            result.errors(),
            result.failures()));
    text.append(
        String.format(
            Locale.ROOT,
            "%-16s %10s %10s %10s %10s %10s%n",
            "microseconds",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max"));
    for (Timing timing : Timing.values()) {
      result.latency(timing).ifPresent(latency -> text.append(row(timing, latency)));
    }
    return text.toString();
  }

  private static String row(Timing timing, Latency latency) {
    return String.format(
        Locale.ROOT,
        "%-16s %10.0f %10.0f %10.0f %10.0f %10.0f%n",
        timing.title(),
        latency.p50(),
        latency.p90(),
        latency.p99(),
        latency.p999(),
        latency.max());
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
