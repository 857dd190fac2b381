package org.archipel.control.census;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.archipel.control.census.CensusComparison.OfOrganization;
import org.archipel.directory.census.CensusCost;
import org.archipel.directory.census.CensusDraft;
import org.archipel.directory.census.CensusEntry;

/**
 * A comparison as tables for people: CSV for a spreadsheet, Markdown for a funding request. What is
 * not measured says so.
 */
public final class CensusTables {
  private static final String NOT_MEASURED = "not measured";
  private static final int MICRO_DIGITS = 6;

  private CensusTables() {}

  /** The columns of the CSV. A row for each device; then one of the organization as a whole. */
  private static final List<String> HEAD =
      List.of(
          "organization",
          "device",
          "speed_known",
          "declared",
          "live",
          "live_up",
          "wanted",
          "engines",
          "engines_up",
          "engines_without_hardware",
          "requests",
          "prompt_tokens",
          "completion_tokens",
          "engine_seconds",
          "busy_share");

  /**
   * Devices and load as CSV (RFC 4180).
   *
   * @param cell makes a text safe in a cell
   */
  public static String csv(CensusComparison comparison, Function<String, String> cell) {
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    for (OfOrganization one : comparison.organizations()) {
      for (DeviceLine line : one.devices()) {
        rows.add(
            padded(
                one.organization(),
                line.device(),
                line.known() ? "yes" : "no",
                number(line.declared()),
                number(line.live()),
                number(line.liveUp()),
                number(line.wanted())));
      }
      rows.add(whole(one));
    }
    return rows.stream()
        .map(row -> row.stream().map(cell).collect(Collectors.joining(",")) + "\r\n")
        .collect(Collectors.joining());
  }

  private static List<String> padded(String... cells) {
    List<String> row = new ArrayList<>(List.of(cells));
    while (row.size() < HEAD.size()) {
      row.add("");
    }
    return row;
  }

  private static List<String> whole(OfOrganization one) {
    DeviceLine sum =
        one.devices().stream().reduce(new DeviceLine("all", false, 0, 0, 0, 0), DeviceLine::plus);
    MeasuredLoad load = one.load();
    boolean here = load.engines() > 0 || load.requests() > 0;
    return List.of(
        one.organization(),
        sum.device(),
        "",
        number(sum.declared()),
        number(sum.live()),
        number(sum.liveUp()),
        number(sum.wanted()),
        number(load.engines()),
        number(load.enginesUp()),
        number(load.enginesWithoutHardware()),
        here ? number(load.requests()) : NOT_MEASURED,
        here ? number(load.promptTokens()) : NOT_MEASURED,
        here ? number(load.completionTokens()) : NOT_MEASURED,
        here ? number(load.engineSeconds()) : NOT_MEASURED,
        share(load.busyShare(), "%.4f", 1));
  }

  /** The whole comparison as a document. */
  public static String markdown(CensusComparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add("# Capacity: declared, measured, wanted");
    lines.add("");
    lines.add(
        "Measured from %s to %s%s. « Live » is what engines of this site report; « busy » is the time"
                .formatted(
                    comparison.since(),
                    comparison.until(),
                    comparison.complete() ? "" : " (not all usage of that time is counted yet)")
            + " of requests on engines over what their limits allow.");
    lines.add("");
    lines.add("## Devices");
    lines.add("");
    lines.add("| organization | device | declared | live | of these up | wanted |");
    lines.add("|---|---|---:|---:|---:|---:|");
    for (OfOrganization one : comparison.organizations()) {
      for (DeviceLine line : one.devices()) {
        lines.add(
            row(
                one.organization(),
                line.device(),
                number(line.declared()),
                number(line.live()),
                number(line.liveUp()),
                number(line.wanted())));
      }
    }
    addLoad(comparison, lines);
    addWishes(comparison, lines);
    return String.join("\n", lines) + "\n";
  }

  private static void addLoad(CensusComparison comparison, List<String> lines) {
    lines.add("");
    lines.add("## Measured load of the engines");
    lines.add("");
    lines.add(
        "| organization | engines | up | hardware not said | requests | prompt tokens | answer"
            + " tokens | engine hours | busy |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (OfOrganization one : comparison.organizations()) {
      MeasuredLoad load = one.load();
      boolean here = load.engines() > 0 || load.requests() > 0;
      lines.add(
          row(
              one.organization(),
              number(load.engines()),
              number(load.enginesUp()),
              number(load.enginesWithoutHardware()),
              here ? number(load.requests()) : NOT_MEASURED,
              here ? number(load.promptTokens()) : NOT_MEASURED,
              here ? number(load.completionTokens()) : NOT_MEASURED,
              here ? "%.1f".formatted(load.engineSeconds() / 3600.0) : NOT_MEASURED,
              share(load.busyShare(), "%.1f %%", 100)));
    }
  }

  private static void addWishes(CensusComparison comparison, List<String> lines) {
    lines.add("");
    lines.add("## Wanted");
    lines.add("");
    lines.add("| organization | device | count | purpose | until | priority | estimated cost |");
    lines.add("|---|---|---:|---|---|---:|---:|");
    for (OfOrganization one : comparison.organizations()) {
      for (CensusEntry wish : one.wishes()) {
        CensusDraft draft = wish.draft();
        lines.add(
            row(
                wish.organization(),
                draft.device(),
                number(draft.count()),
                draft.purpose().orElse(""),
                draft.horizon().map(Object::toString).orElse("not said"),
                draft.priority().isPresent() ? number(draft.priority().getAsInt()) : "not said",
                draft.cost().map(CensusTables::amount).orElse("not said")));
      }
    }
  }

  private static String amount(CensusCost cost) {
    BigDecimal value = BigDecimal.valueOf(cost.microCurrency(), MICRO_DIGITS).stripTrailingZeros();
    return value.toPlainString() + " " + cost.currency();
  }

  private static String share(OptionalDouble share, String format, double scale) {
    return share.isPresent()
        ? String.format(Locale.ROOT, format, scale * share.getAsDouble())
        : NOT_MEASURED;
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  /** What people wrote must stay text: no cell of its own, no mark-up. */
  private static String row(String... cells) {
    List<String> safe = new ArrayList<>();
    for (String cell : cells) {
      safe.add(
          cell.replace("\\", "\\\\")
              .replace("|", "\\|")
              .replace("<", "&lt;")
              .replace("[", "\\[")
              .replace("`", "\\`"));
    }
    return "| " + String.join(" | ", safe) + " |";
  }
}
