package org.archipel.server.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.archipel.simulator.fleet.Comparison;
import org.archipel.simulator.fleet.Estimate;
import org.archipel.simulator.fleet.Metric;
import org.archipel.simulator.fleet.report.Figures;

/** Shows what simulations gave as tables. */
final class SimulationTables {
  /** Organizations shown; files have all of them. */
  private static final int MOST_SCOPES = 10;

  private static final List<Metric> LATENCY =
      List.of(Metric.TTFT_P50, Metric.TTFT_P95, Metric.TTFT_P99, Metric.ITL_MEAN, Metric.GOODPUT);

  private static final List<Metric> FLEET =
      List.of(
          Metric.GOODPUT_PER_SECOND,
          Metric.UTILIZATION,
          Metric.PREFIX_HIT,
          Metric.JAIN,
          Metric.SERVICE_GAP,
          Metric.SERVICE_GAP_BOUND,
          Metric.LOCALITY_INVERSIONS,
          Metric.ADVICES,
          Metric.ADVICE_RIGHT,
          Metric.ADVICE_CLOSE);

  private static final List<Metric> REFUSED =
      List.of(
          Metric.REFUSED_FULL,
          Metric.REFUSED_PREDICTED,
          Metric.EXPIRED,
          Metric.NO_ENGINE,
          Metric.UNFINISHED);

  private final Output output;
  private final Comparison comparison;

  SimulationTables(Output output, Comparison comparison) {
    this.output = output;
    this.comparison = comparison;
  }

  void show() {
    long seeds = comparison.trials().stream().mapToLong(t -> t.seed()).distinct().count();
    output.line(Table.printable(comparison.title()) + " (simulated, " + seeds + " seeds)");
    if (!comparison.question().isBlank()) {
      output.line(Table.printable(comparison.question()));
    }
    for (String variant : comparison.variants()) {
      output.line("");
      output.line("== " + variant);
      fleet(variant);
      output.line("");
      scopes(variant);
    }
    knees();
  }

  private void fleet(String variant) {
    List<Metric> metrics = new ArrayList<>(LATENCY);
    metrics.addAll(FLEET);
    metrics.removeIf(metric -> nobodyHas(variant, metric));
    List<String> headings = new ArrayList<>(List.of("POLICY"));
    metrics.forEach(metric -> headings.add(heading(metric)));
    headings.add(">REFUSED");
    Table table = new Table(headings.toArray(String[]::new));
    for (String policy : comparison.policies()) {
      List<String> cells = new ArrayList<>(List.of(policy));
      for (Metric metric : metrics) {
        cells.add(Figures.text(comparison.estimate(variant, policy, "total", metric), metric));
      }
      cells.add(refused(variant, policy));
      table.add(cells.toArray(String[]::new));
    }
    output.table(table, "");
  }

  private boolean nobodyHas(String variant, Metric metric) {
    return comparison.policies().stream()
        .allMatch(p -> comparison.estimate(variant, p, "total", metric).runs() == 0);
  }

  /** Mean numbers by reason; what did not occur is left out. */
  private String refused(String variant, String policy) {
    List<String> parts = new ArrayList<>();
    for (Metric metric : REFUSED) {
      Estimate estimate = comparison.estimate(variant, policy, "total", metric);
      if (estimate.mean() > 0) {
        String reason = metric.word().replace("refused_", "").replace('_', ' ');
        parts.add("%s %s".formatted(reason, Figures.text(estimate.mean(), metric.unit())));
      }
    }
    return parts.isEmpty() ? "-" : String.join(", ", parts);
  }

  private void scopes(String variant) {
    List<String> scopes =
        comparison.scopes(variant).stream()
            .filter(scope -> !scope.equals("total"))
            .sorted(Comparator.comparingDouble(scope -> -offered(variant, scope)))
            .toList();
    Table table =
        new Table(
            "SCOPE",
            "POLICY",
            ">OFFERED",
            ">SHARE",
            ">TTFT P50",
            ">P95",
            ">P99",
            ">ITL",
            ">GOODPUT");
    for (String scope : scopes.subList(0, Math.min(MOST_SCOPES, scopes.size()))) {
      for (String policy : comparison.policies()) {
        List<String> cells = new ArrayList<>(List.of(scope, policy));
        cells.add(String.format(Locale.ROOT, "%.0f", offered(variant, scope)));
        Estimate share = comparison.estimate(variant, policy, scope, Metric.SERVICE_SHARE);
        cells.add(Figures.text(share, Metric.SERVICE_SHARE));
        for (Metric metric : LATENCY) {
          cells.add(Figures.text(comparison.estimate(variant, policy, scope, metric), metric));
        }
        table.add(cells.toArray(String[]::new));
      }
    }
    output.table(table, "");
    if (scopes.size() > MOST_SCOPES) {
      output.line("and %d smaller ones: --out writes all".formatted(scopes.size() - MOST_SCOPES));
    }
  }

  private double offered(String variant, String scope) {
    String any = comparison.policies().getFirst();
    return comparison.estimate(variant, any, scope, Metric.OFFERED).mean();
  }

  private void knees() {
    if (!comparison.hasAxis()) {
      return;
    }
    output.line("");
    Table table = new Table("POLICY", ">KNEE");
    for (String policy : comparison.policies()) {
      String knee =
          comparison.knee(policy).map(x -> String.format(Locale.ROOT, "%.2f", x)).orElse("-");
      table.add(policy, knee);
    }
    output.table(table, "");
    output.line("knee: up to where 95 % of the requests are served within the objective");
  }

  private static String heading(Metric metric) {
    return ">" + metric.word().replace('_', ' ').toUpperCase(Locale.ROOT);
  }
}
