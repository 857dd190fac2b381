package org.archipel.server.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.archipel.simulator.fleet.Comparison;
import org.archipel.simulator.fleet.Estimate;
import org.archipel.simulator.fleet.Experiment;
import org.archipel.simulator.fleet.Metric;
import org.archipel.simulator.fleet.Policies;
import org.archipel.simulator.fleet.report.CsvReport;
import org.archipel.simulator.fleet.report.HtmlReport;
import org.archipel.simulator.fleet.scenario.ScenarioException;
import org.archipel.simulator.fleet.scenario.ScenarioFile;
import org.archipel.simulator.fleet.scenario.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code simulate}: a fleet in virtual time, under one policy or several. */
@Command(
    name = "simulate",
    description = {
      "Simulates a fleet in virtual time, on the scheduler that also runs in production.",
      "Examples of scenarios are in simulator/scenarios."
    },
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "SCENARIO", description = "The file that describes it (YAML).")
  private Path scenario = Path.of("");

  @Option(
      names = "--compare",
      paramLabel = "POLICY",
      split = ",",
      description = "Policies, with commas; those that the scenario names, or all.")
  private List<String> policies = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      split = ",",
      description = "Only these variants of the scenario.")
  private List<String> variants = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Repetitions; as many as the scenario says, or 5.")
  private int seeds;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "A trace, instead of the one that the scenario names.")
  private Optional<Path> trace = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes runs.csv, summary.csv and report.html there.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--json", description = "Answers as JSON.")
  private boolean json;

  SimulateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try {
      Study study = chosen(ScenarioFile.load(scenario, trace));
      List<String> compared = compared(study);
      int repetitions = repetitions(study);
      Comparison comparison =
          new Experiment(study, compared, repetitions)
              .run(new SimulationProgress(shell.output().err(), shell.clock()));
      if (json) {
        shell.output().line(json(comparison).toString());
      } else {
        new SimulationTables(shell.output(), comparison).show();
      }
      out.ifPresent(folder -> write(comparison, folder));
      return 0;
    } catch (ScenarioException wrong) {
      throw Failure.failed(String.valueOf(wrong.getMessage()));
    }
  }

  private Study chosen(Study study) {
    if (variants.isEmpty()) {
      return study;
    }
    List<Study.Variant> kept =
        study.variants().stream().filter(v -> variants.contains(v.name())).toList();
    List<String> names = study.variants().stream().map(Study.Variant::name).toList();
    for (String variant : variants) {
      if (!names.contains(variant)) {
        throw Failure.usage(
            "--variant %s (expected: one of %s)"
                .formatted(Table.printable(variant), String.join(", ", names)));
      }
    }
    return new Study(study.title(), study.question(), kept, study.policies(), study.seeds());
  }

  private List<String> compared(Study study) {
    List<String> names =
        !policies.isEmpty()
            ? policies
            : study.policies().isEmpty() ? Policies.usual() : study.policies();
    for (String name : names) {
      if (!Policies.names().contains(name)) {
        throw Failure.usage(
            "policy %s (expected: one of %s)"
                .formatted(Table.printable(name), String.join(", ", Policies.names())));
      }
    }
    return names.stream().distinct().toList();
  }

  private int repetitions(Study study) {
    if (seeds < 0 || seeds > 1000) {
      throw Failure.usage("--seeds " + seeds + " (expected: 1 to 1000)");
    }
    return seeds == 0 ? study.seeds() : seeds;
  }

  private void write(Comparison comparison, Path folder) {
    try {
      Files.createDirectories(folder);
      CsvReport.writeRuns(comparison, folder);
      CsvReport.writeSummary(comparison, folder);
      HtmlReport.write(comparison, folder);
    } catch (IOException e) {
      throw Failure.failed("--out " + folder + ": cannot be written");
    }
    shell.output().err().println("archipel: written to " + folder.resolve("report.html"));
  }

  private static ObjectNode json(Comparison comparison) {
    ObjectNode root = JsonMapper.builder().build().createObjectNode();
    root.put("simulated", true).put("title", comparison.title());
    ArrayNode items = root.putArray("items");
    for (String variant : comparison.variants()) {
      for (String policy : comparison.policies()) {
        for (String scope : comparison.scopes(variant)) {
          ObjectNode item = items.addObject();
          item.put("variant", variant).put("policy", policy).put("scope", scope);
          for (Metric metric : Metric.values()) {
            Estimate estimate = comparison.estimate(variant, policy, scope, metric);
            if (estimate.runs() > 0) {
              item.put(metric.word(), estimate.mean());
              if (!Double.isNaN(estimate.margin())) {
                item.put(metric.word() + "_margin_95", estimate.margin());
              }
            }
          }
        }
      }
    }
    return root;
  }
}
