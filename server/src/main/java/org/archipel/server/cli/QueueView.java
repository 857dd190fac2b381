package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/**
 * The site's pools as text of at most 100 columns: the busiest first, and how many more there are.
 */
final class QueueView {
  private static final int MODEL_WIDTH = 32;
  private static final int NAME_WIDTH = 20;
  private static final int ENGINE_WIDTH = 22;
  private static final int OWNER_WIDTH = 16;
  private static final String INDENT = "  ";

  private final int top;

  /**
   * @param top how many models, flows and engines to show, at least 1
   */
  QueueView(int top) {
    this.top = top;
  }

  /** The lines for the pools of an answer of {@code /api/v1/queue}. */
  List<String> lines(JsonNode pools) {
    if (pools.isEmpty()) {
      return List.of("no model is served yet: nothing waits");
    }
    List<String> lines = new ArrayList<>();
    List<JsonNode> busiest =
        busiest(pools, pool -> 1e6 * number(pool, "waiting") + number(pool, "running"));
    for (JsonNode pool : shown(busiest)) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      pool(pool, lines);
    }
    if (busiest.size() > top) {
      lines.add("");
      lines.add(more(busiest, "model"));
    }
    return lines;
  }

  private void pool(JsonNode pool, List<String> lines) {
    lines.add(
        "%s   %s full   %s waiting   %s running   oldest %s"
            .formatted(
                cut(Shell.text(pool, "model"), MODEL_WIDTH),
                percent(pool, "saturation"),
                count(pool, "waiting"),
                count(pool, "running"),
                number(pool, "waiting") > 0 ? seconds(pool, "oldest_wait_seconds") : "-"));
    flows(pool.path("flows"), lines);
    engines(pool.path("engines"), lines);
    lines.add(INDENT + decisions(pool.path("counters")));
  }

  private void flows(JsonNode flows, List<String> lines) {
    List<JsonNode> busiest =
        busiest(flows, flow -> 1e6 * number(flow, "waiting") + number(flow, "running"));
    if (busiest.isEmpty()) {
      lines.add(INDENT + "nobody waits or runs");
      return;
    }
    Table table =
        new Table("ORGANIZATION", "PROJECT", "CLASS", ">WAITING", ">OLDEST", ">COST", ">RUNNING");
    for (JsonNode flow : shown(busiest)) {
      table.add(
          cut(Shell.text(flow, "organization"), NAME_WIDTH),
          cut(Shell.text(flow, "project"), NAME_WIDTH),
          Shell.text(flow, "class"),
          count(flow, "waiting"),
          number(flow, "waiting") > 0 ? seconds(flow, "oldest_wait_seconds") : "-",
          count(flow, "waiting_cost"),
          count(flow, "running"));
    }
    lines.addAll(table.lines(INDENT));
    if (busiest.size() > top) {
      lines.add(INDENT + more(busiest, "flow"));
    }
  }

  private void engines(JsonNode engines, List<String> lines) {
    List<JsonNode> busiest =
        busiest(engines, engine -> 1e6 * number(engine, "saturation") + number(engine, "running"));
    if (busiest.isEmpty()) {
      lines.add(INDENT + "no engine was up yet");
      return;
    }
    Table table =
        new Table(
            "ENGINE", "OWNER", "STATE", ">RUN/LIMIT", ">FULL", ">PROMPT/S", ">TOKEN", ">REPORT");
    for (JsonNode engine : shown(busiest)) {
      table.add(
          cut(Shell.text(engine, "engine"), ENGINE_WIDTH),
          cut(Shell.text(engine, "owner"), OWNER_WIDTH),
          state(engine),
          count(engine, "running") + "/" + count(engine, "limit"),
          percent(engine, "saturation"),
          count(engine, "prefill_tokens_per_second"),
          seconds(engine, "inter_token_seconds"),
          seconds(engine, "load_age_seconds"));
    }
    lines.addAll(table.lines(INDENT));
    if (busiest.size() > top) {
      List<JsonNode> rest = busiest.subList(top, busiest.size());
      lines.add(
          "%s… and %d more engine%s: %s running of %s, %d not up"
              .formatted(
                  INDENT,
                  rest.size(),
                  rest.size() == 1 ? "" : "s",
                  quantity(rest.stream().mapToDouble(e -> number(e, "running")).sum()),
                  quantity(rest.stream().mapToDouble(e -> number(e, "limit")).sum()),
                  rest.stream().filter(e -> !Shell.text(e, "state").equals("up")).count()));
    }
  }

  private String more(List<JsonNode> all, String what) {
    List<JsonNode> rest = all.subList(top, all.size());
    return "… and %d more %s%s: %s waiting, %s running"
        .formatted(
            rest.size(),
            what,
            rest.size() == 1 ? "" : "s",
            quantity(rest.stream().mapToDouble(f -> number(f, "waiting")).sum()),
            quantity(rest.stream().mapToDouble(f -> number(f, "running")).sum()));
  }

  private static String decisions(JsonNode counters) {
    double refused = number(counters, "rejected_full") + number(counters, "rejected_predicted");
    double inversions = number(counters, "locality_inversions");
    return "since the start: %s started, %s refused, %s expired, %s without engine, %s left%s"
        .formatted(
            count(counters, "dispatched"),
            quantity(refused),
            count(counters, "expired"),
            count(counters, "no_engine"),
            count(counters, "withdrawn"),
            inversions > 0 ? ", " + quantity(inversions) + " LOCALITY INVERSIONS" : "");
  }

  private static String state(JsonNode engine) {
    String state = Shell.text(engine, "state");
    return state.equals("breaker_open") ? "breaker" : cut(state, 7);
  }

  private List<JsonNode> shown(List<JsonNode> all) {
    return all.subList(0, Math.min(top, all.size()));
  }

  /** The busiest first; in the order of the answer where that is the same. */
  private static List<JsonNode> busiest(JsonNode items, ToDoubleFunction<JsonNode> busy) {
    return StreamSupport.stream(items.spliterator(), false)
        .sorted(Comparator.comparingDouble(busy).reversed())
        .toList();
  }

  private static double number(JsonNode node, String field) {
    return node.path(field).asDouble(0);
  }

  private static String percent(JsonNode node, String field) {
    return node.path(field).isNumber() ? Math.round(100 * number(node, field)) + "%" : "-";
  }

  private static String count(JsonNode node, String field) {
    return node.path(field).isNumber() ? quantity(number(node, field)) : "-";
  }

  /** At most five characters, for numbers that may be large. */
  static String quantity(double value) {
    if (value < 9_999.5) {
      return String.valueOf(Math.round(value));
    }
    if (value < 999_500) {
      return scaled(value / 1e3, "k");
    }
    return value < 999.5e6 ? scaled(value / 1e6, "M") : scaled(value / 1e9, "G");
  }

  private static String scaled(double value, String unit) {
    return (value < 99.95
            ? String.format(Locale.ROOT, "%.1f", value)
            : String.valueOf(Math.round(value)))
        + unit;
  }

  private static String seconds(JsonNode node, String field) {
    return node.path(field).isNumber() ? duration(number(node, field)) : "-";
  }

  /** At most six characters: {@code 18ms}, {@code 3.2s}, {@code 75s}, {@code 12m}, {@code 3.0h}. */
  static String duration(double seconds) {
    if (seconds < 0.9995) {
      return Math.round(seconds * 1000) + "ms";
    }
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1fs", seconds);
    }
    if (seconds < 599.5) {
      return Math.round(seconds) + "s";
    }
    return seconds < 7200
        ? Math.round(seconds / 60) + "m"
        : String.format(Locale.ROOT, "%.1fh", seconds / 3600);
  }

  private static String cut(String text, int most) {
    int length = text.codePointCount(0, text.length());
    return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
