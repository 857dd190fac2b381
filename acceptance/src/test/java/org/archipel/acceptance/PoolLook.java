package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/** One look at a model's pool, as {@code archipel queue} shows it. */
record PoolLook(JsonNode pool) {
  static PoolLook at(SiteProcess site, String model) {
    return new PoolLook(site.control().get("/api/v1/queue?model=" + model).path("items").path(0));
  }

  /** Requests of an organization that wait. */
  int waiting(String organization) {
    return flows(organization, "waiting");
  }

  /** Requests of an organization that run. */
  int running(String organization) {
    return flows(organization, "running");
  }

  /** How many requests may run on all engines together. */
  int limit() {
    return items("engines").stream().mapToInt(engine -> engine.path("limit").asInt()).sum();
  }

  /** {@code up}, {@code breaker_open} or {@code down}. */
  String state(String engine) {
    return engine(engine).path("state").asText();
  }

  int runningOn(String engine) {
    return engine(engine).path("running").asInt();
  }

  /** Seconds since an engine told its load; huge when it never did. */
  double loadAge(String engine) {
    return engine(engine).path("load_age_seconds").asDouble(Double.MAX_VALUE);
  }

  private JsonNode engine(String id) {
    return items("engines").stream()
        .filter(engine -> engine.path("engine").asText().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no engine " + id + " in " + pool));
  }

  private int flows(String organization, String field) {
    return items("flows").stream()
        .filter(flow -> flow.path("organization").asText().equals(organization))
        .mapToInt(flow -> flow.path(field).asInt())
        .sum();
  }

  private List<JsonNode> items(String field) {
    return StreamSupport.stream(pool.path(field).spliterator(), false).toList();
  }
}
