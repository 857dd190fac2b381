package org.archipel.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A comparison's result for people, for the documentation, and for programs.
 *
 * @param seed of the order
 */
record ComparisonReport(
    Instant at, Machine machine, long seed, int repeats, List<Measurement> measurements) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COLUMNS = 7;

  /** Columns for a terminal. */
  String table() {
    List<List<String>> lines = lines();
    int[] widths = new int[COLUMNS];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line.get(i).length() + 2);
        row.append(i < 2 ? line.get(i) + padding : padding + line.get(i));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.append(where()).append('\n').toString();
  }

  /** The same for {@code docs/benchmarks.md}. */
  String markdown() {
    StringBuilder text = new StringBuilder(where()).append("\n\n");
    List<List<String>> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      text.append("| ").append(String.join(" | ", lines.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---|---|---:|---:|---:|---:|---:|\n");
      }
    }
    return text.toString();
  }

  ObjectNode json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("at", at.toString());
    node.put("seed", seed);
    node.put("repeats", repeats);
    node.set("machine", JSON.valueToTree(machine));
    ArrayNode all = node.putArray("measurements");
    for (Measurement measurement : measurements) {
      ObjectNode one =
          all.addObject()
              .put("workload", measurement.workload())
              .put("target", name(measurement.target()))
              .put("repeat", measurement.repeat())
              .put("errors", measurement.errors());
      ObjectNode values = one.putObject("values");
      measurement.values().forEach((metric, value) -> values.put(name(metric), value));
    }
    ArrayNode summary = node.putArray("summary");
    for (Summary.Row row : new Summary(measurements).rows()) {
      ObjectNode one =
          summary
              .addObject()
              .put("workload", row.key().workload())
              .put("metric", name(row.key().metric()))
              .put("target", name(row.key().target()))
              .put("errors", row.errors());
      put(one, "value", row.value());
      put(one, "direct", row.direct());
      put(one, "nginx", row.nginx());
      put(one, "ratio", row.ratio());
    }
    return node;
  }

  private static void put(ObjectNode node, String field, Optional<Spread> spread) {
    spread.ifPresent(
        s ->
            node.putObject(field)
                .put("median", s.median())
                .put("min", s.min())
                .put("max", s.max()));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String where() {
    return String.format(
        Locale.ROOT,
        "%s, commit %s, %d repeats, seed %d; %d cores, %s, %s, Java %s, load average before %.1f.",
        at.toString().substring(0, 10),
        machine.commit(),
        repeats,
        seed,
        machine.cores(),
        machine.processor(),
        machine.kernel(),
        machine.java(),
        machine.loadBefore());
  }

  private List<List<String>> lines() {
    List<List<String>> lines = new ArrayList<>();
    Summary summary = new Summary(measurements);
    String measure = summary.measure() == TargetKind.NGINX ? "nginx" : "before";
    lines.add(
        List.of(
            "workload",
            "metric",
            "direct",
            "nginx",
            "archipel",
            "× " + measure + " [min–max]",
            "errors"));
    for (Summary.Row row : summary.rows()) {
      Metric metric = row.key().metric();
      boolean archipel = row.key().target().archipel();
      String workload = workload(row.key());
      lines.add(
          List.of(
              workload,
              metric.title(),
              row.direct().map(s -> median(s, metric)).orElse("–"),
              row.nginx().map(s -> median(s, metric)).orElse("–"),
              archipel ? row.value().map(s -> median(s, metric)).orElse("none") : "–",
              row.ratio().map(ComparisonReport::ratio).orElse("–"),
              Long.toString(row.errors())));
    }
    return lines;
  }

  private static String workload(Summary.Key key) {
    return switch (key.target()) {
      case ARCHIPEL_RELAXED -> key.workload() + " relaxed";
      case ARCHIPEL_BEFORE -> key.workload() + " before";
      case DIRECT, NGINX, ARCHIPEL_STRICT -> key.workload();
    };
  }

  private static String median(Spread spread, Metric metric) {
    return String.format(Locale.ROOT, "%,." + metric.decimals() + "f", spread.median());
  }

  private static String ratio(Spread spread) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f–%.2f]", spread.median(), spread.min(), spread.max());
  }
}
