package org.archipel.simulator.fleet.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.archipel.simulator.fleet.Comparison;
import org.archipel.simulator.fleet.Estimate;
import org.archipel.simulator.fleet.Metric;

/** Writes simulated results as one page with plots, light or dark as the reader likes. */
public final class HtmlReport {
  /** Organizations in a table; the largest ones. */
  private static final int MOST_ORGANIZATIONS = 12;

  private static final int COLOURS = 10;

  private static final List<Metric> PLOTTED =
      List.of(Metric.TTFT_P95, Metric.GOODPUT, Metric.PREFIX_HIT);

  private static final List<Metric> TABLE =
      List.of(
          Metric.TTFT_P50,
          Metric.TTFT_P95,
          Metric.TTFT_P99,
          Metric.ITL_MEAN,
          Metric.GOODPUT,
          Metric.GOODPUT_PER_SECOND,
          Metric.REFUSED_FULL,
          Metric.REFUSED_PREDICTED,
          Metric.EXPIRED,
          Metric.UTILIZATION,
          Metric.PREFIX_HIT,
          Metric.JAIN,
          Metric.SERVICE_GAP,
          Metric.SERVICE_GAP_BOUND,
          Metric.LOCALITY_INVERSIONS,
          Metric.ADVICE_RIGHT,
          Metric.ADVICE_CLOSE);

  private static final String STYLE =
      """
      :root{--bg:#fff;--fg:#1d2129;--soft:#667080;--line:#dfe3e8;--card:#f7f8fa;
      --c0:#2563eb;--c1:#d97706;--c2:#059669;--c3:#db2777;--c4:#7c3aed;--c5:#0891b2;--c6:#b45309;
      --c7:#4b5563;--c8:#65a30d;--c9:#dc2626}
      @media(prefers-color-scheme:dark){:root{--bg:#14171c;--fg:#e6e8eb;--soft:#98a2b0;
      --line:#2c323b;--card:#1b1f26;--c0:#60a5fa;--c1:#fbbf24;--c2:#34d399;--c3:#f472b6;
      --c4:#a78bfa;--c5:#22d3ee;--c6:#f59e0b;--c7:#9ca3af;--c8:#a3e635;--c9:#f87171}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:1400px;padding:2rem 1.5rem 4rem;background:var(--bg);
      color:var(--fg);font:15px/1.5 system-ui,sans-serif}
      h1{margin:0;font-size:1.7rem}h2{margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
      h4{margin:.2rem 0 .4rem;font-weight:600}
      .soft{color:var(--soft)}.badge{display:inline-block;padding:.1rem .6rem;border-radius:1rem;
      border:1px solid var(--line);color:var(--soft);font-size:.85rem}
      .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:1rem}
      .card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.86rem}
      th,td{padding:.3rem .6rem;text-align:right;white-space:nowrap;
      border-bottom:1px solid var(--line)}
      th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:600}
      svg{width:100%;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--fg)}
      .grid{stroke:var(--line)}.ci{stroke:var(--fg);fill:none;opacity:.7}
      .line{fill:none;stroke-width:2}.key{display:inline-block;width:.8em;height:.8em;
      border-radius:2px;margin:0 .35em 0 1em}
      """;

  private final Comparison comparison;
  private final StringBuilder out = new StringBuilder();

  private HtmlReport(Comparison comparison) {
    this.comparison = comparison;
  }

  /** Writes {@code report.html}. */
  public static void write(Comparison comparison, Path folder) throws IOException {
    Files.writeString(folder.resolve("report.html"), new HtmlReport(comparison).page());
  }

  private String page() {
    String title = Plot.escape(comparison.title());
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.append("<meta name=\"viewport\" content=\"width=device-width\"><title>").append(title);
    out.append(" (simulated)</title><style>\n").append(STYLE);
    for (int i = 0; i < COLOURS; i++) {
      out.append(".c%d{fill:var(--c%d);background:var(--c%d)}".formatted(i, i, i));
      out.append(".l%d{stroke:var(--c%d)}".formatted(i, i));
    }
    out.append("</style></head><body>\n<h1>").append(title).append("</h1>\n<p><span class=badge>");
    out.append("simulated: models of engines in virtual time, no hardware ran</span></p>\n<p>");
    out.append(Plot.escape(comparison.question())).append("</p>\n<p class=soft>Means over ");
    out.append(comparison.trials().stream().mapToLong(t -> t.seed()).distinct().count());
    out.append(" seeds; ± and whiskers are 95 % confidence intervals (Student's t).</p>\n");
    if (comparison.hasAxis()) {
      curves();
    }
    comparison.variants().forEach(this::variant);
    return out.append("</body></html>\n").toString();
  }

  private void curves() {
    out.append("<h2>Over all variants</h2>\n<p>");
    List<String> policies = comparison.policies();
    for (int i = 0; i < policies.size(); i++) {
      String knee =
          comparison.knee(policies.get(i)).map(x -> " (knee %.2f)".formatted(x)).orElse("");
      out.append("<span class=\"key c%d\"></span>%s%s".formatted(colour(i), policies.get(i), knee));
    }
    out.append("</p>\n<div class=plots>");
    curve("Goodput at objective, requests a second", Metric.GOODPUT_PER_SECOND, false);
    curve("Share of requests within objective", Metric.GOODPUT, false);
    curve("TTFT p95, seconds, logarithmic", Metric.TTFT_P95, true);
    out.append("</div>\n");
  }

  private void curve(String title, Metric metric, boolean logarithmic) {
    List<String> variants =
        comparison.variants().stream().sorted(Comparator.comparingDouble(comparison::x)).toList();
    List<Plot.Line> lines = new ArrayList<>();
    for (int i = 0; i < comparison.policies().size(); i++) {
      String policy = comparison.policies().get(i);
      lines.add(
          new Plot.Line(
              policy,
              colour(i),
              variants.stream().map(comparison::x).toList(),
              variants.stream()
                  .map(v -> comparison.estimate(v, policy, "total", metric))
                  .toList()));
    }
    card(Plot.lines(title, lines, logarithmic));
  }

  private void variant(String variant) {
    out.append("<h2>").append(Plot.escape(variant)).append("</h2>\n<div class=plots>");
    for (Metric metric : PLOTTED) {
      boolean logarithmic = metric.unit() == Metric.Unit.SECONDS;
      String title = label(metric) + (logarithmic ? ", logarithmic" : "");
      card(Plot.bars(title, bars(variant, metric), logarithmic));
    }
    out.append("</div>\n");
    totals(variant);
    for (Metric metric : List.of(Metric.TTFT_P95, Metric.GOODPUT, Metric.SERVICE_SHARE)) {
      byScope(variant, metric);
    }
  }

  private List<Plot.Bar> bars(String variant, Metric metric) {
    List<Plot.Bar> bars = new ArrayList<>();
    for (int i = 0; i < comparison.policies().size(); i++) {
      String policy = comparison.policies().get(i);
      Estimate estimate = comparison.estimate(variant, policy, "total", metric);
      bars.add(
          new Plot.Bar(policy, colour(i), estimate, Figures.text(estimate.mean(), metric.unit())));
    }
    return bars;
  }

  private void totals(String variant) {
    out.append("<div class=wide><table><tr><th>policy");
    TABLE.forEach(metric -> out.append("<th>").append(label(metric)));
    for (String policy : comparison.policies()) {
      out.append("<tr><td>").append(policy);
      for (Metric metric : TABLE) {
        Estimate estimate = comparison.estimate(variant, policy, "total", metric);
        out.append("<td>").append(Figures.text(estimate, metric));
      }
    }
    out.append("</table></div>\n");
  }

  private void byScope(String variant, Metric metric) {
    List<String> scopes =
        comparison.scopes(variant).stream()
            .filter(scope -> !scope.equals("total"))
            .sorted(Comparator.comparingDouble(scope -> -offered(variant, scope)))
            .limit(MOST_ORGANIZATIONS)
            .toList();
    out.append("<h4>").append(label(metric)).append(" by organization and class</h4>");
    out.append("<div class=wide><table><tr><th>policy");
    scopes.forEach(scope -> out.append("<th>").append(scope));
    for (String policy : comparison.policies()) {
      out.append("<tr><td>").append(policy);
      for (String scope : scopes) {
        Estimate estimate = comparison.estimate(variant, policy, scope, metric);
        out.append("<td>").append(Figures.text(estimate, metric));
      }
    }
    out.append("</table></div>\n");
  }

  private double offered(String variant, String scope) {
    String any = comparison.policies().getFirst();
    return comparison.estimate(variant, any, scope, Metric.OFFERED).mean();
  }

  private void card(String plot) {
    out.append("<div class=card>").append(plot).append("</div>\n");
  }

  private static int colour(int policy) {
    return policy % COLOURS;
  }

  private static String label(Metric metric) {
    return metric.word().replace('_', ' ').replace("ttft", "TTFT").replace("itl", "ITL");
  }
}
