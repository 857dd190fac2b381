package org.archipel.server.cli;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.archipel.engines.DiscoveredModel;
import org.archipel.engines.Discovery;
import org.archipel.engines.EngineDiscovery;
import org.archipel.engines.EngineProbe;
import org.archipel.engines.EngineProblemException;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.ProbeReport;
import org.archipel.server.config.EnginesConfig;
import org.archipel.server.config.ModelConfig;

/** Asks every engine of a configuration, all at once, what it is and whether it serves. */
final class EngineCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private EngineCheck() {}

  static List<Finding> findings(EnginesConfig config) throws InterruptedException {
    List<Callable<List<Finding>>> checks = new ArrayList<>();
    try (EngineProbe probe = new EngineProbe(LIMIT);
        EngineDiscovery discovery = new EngineDiscovery(LIMIT);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ModelConfig model : config.models()) {
        model
            .engines()
            .forEach(engine -> checks.add(() -> List.of(probed(probe, model.id(), engine.spec()))));
        if (model.engines().isEmpty()) {
          checks.add(() -> List.of(Finding.bad("model", model.id() + " has no engine", "add one")));
        }
      }
      config.discover().forEach(url -> checks.add(() -> List.of(discovered(discovery, url))));
      List<Finding> findings = new ArrayList<>();
      for (Future<List<Finding>> check : threads.invokeAll(checks)) {
        findings.addAll(result(check));
      }
      return findings;
    }
  }

  private static List<Finding> result(Future<List<Finding>> check) throws InterruptedException {
    try {
      return check.get();
    } catch (ExecutionException e) {
      throw Failure.failed("an engine could not be checked: " + e.getCause());
    }
  }

  private static Finding probed(EngineProbe probe, String model, EngineSpec engine)
      throws InterruptedException {
    ProbeReport report = probe.report(model, engine);
    String who = engine.id() + " for " + model;
    if (!report.ok()) {
      return Finding.bad(
          "engine", who + ": " + report.problem().orElse("?"), report.advice().orElse(""));
    }
    String found =
        "%s: %s %s, context %s"
            .formatted(
                who,
                report.detectedType().orElse(report.configuredType()).word(),
                report.capabilities().version().orElse("of unknown version"),
                report.capabilities().contextWindow().isPresent()
                    ? report.capabilities().contextWindow().getAsInt()
                    : "unknown");
    return report
        .advice()
        .map(advice -> Finding.note("engine", found, advice))
        .orElse(Finding.good("engine", found));
  }

  private static Finding discovered(EngineDiscovery discovery, URI url)
      throws InterruptedException {
    try {
      Discovery found = discovery.discover(url);
      String models =
          found.models().stream().map(DiscoveredModel::name).collect(Collectors.joining(", "));
      return found.models().isEmpty()
          ? Finding.bad("engine", url + ": serves no model", "load one there")
          : Finding.good("engine", url + ": " + found.type().word() + " with " + models);
    } catch (EngineProblemException e) {
      return Finding.bad("engine", url + ": " + e.getMessage(), "start it, or change the URL");
    }
  }
}
