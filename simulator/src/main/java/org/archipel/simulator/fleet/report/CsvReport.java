package org.archipel.simulator.fleet.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.archipel.simulator.fleet.Comparison;
import org.archipel.simulator.fleet.Estimate;
import org.archipel.simulator.fleet.Metric;
import org.archipel.simulator.fleet.Trial;

/** Writes simulated results as CSV: every run, and means with confidence intervals. */
public final class CsvReport {
  private CsvReport() {}

  /** One line per run and scope, in {@code runs.csv}. */
  public static void writeRuns(Comparison comparison, Path folder) throws IOException {
    try (Writer out = writer(folder.resolve("runs.csv"))) {
      out.write("variant,x,policy,seed,scope");
      for (Metric metric : Metric.values()) {
        out.write("," + metric.word());
      }
      out.write("\n");
      for (Trial trial : comparison.trials()) {
        for (String scope : trial.result().values().keySet()) {
          out.write(
              "%s,%s,%s,%d,%s"
                  .formatted(
                      trial.variant(), number(trial.x()), trial.policy(), trial.seed(), scope));
          for (Metric metric : Metric.values()) {
            out.write("," + number(trial.result().value(scope, metric)));
          }
          out.write("\n");
        }
      }
    }
  }

  /** One line per variant, policy, scope and metric, in {@code summary.csv}. */
  public static void writeSummary(Comparison comparison, Path folder) throws IOException {
    try (Writer out = writer(folder.resolve("summary.csv"))) {
      out.write("variant,x,policy,scope,metric,mean,margin_95,runs\n");
      for (String variant : comparison.variants()) {
        for (String policy : comparison.policies()) {
          for (String scope : comparison.scopes(variant)) {
            for (Metric metric : Metric.values()) {
              Estimate estimate = comparison.estimate(variant, policy, scope, metric);
              if (estimate.runs() > 0) {
                out.write(
                    "%s,%s,%s,%s,%s,%s,%s,%d\n"
                        .formatted(
                            variant,
                            number(comparison.x(variant)),
                            policy,
                            scope,
                            metric.word(),
                            number(estimate.mean()),
                            number(estimate.margin()),
                            estimate.runs()));
              }
            }
          }
        }
      }
    }
  }

  /** Nothing where there is no value; names hold no comma, as the scenario's reader sees to. */
  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static Writer writer(Path file) throws IOException {
    return Files.newBufferedWriter(file, StandardCharsets.UTF_8);
  }
}
