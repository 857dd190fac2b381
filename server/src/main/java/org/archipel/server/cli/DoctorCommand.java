package org.archipel.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.archipel.server.config.Config;
import org.archipel.server.config.ConfigException;
import org.archipel.server.config.ConfigFile;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.StorageConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: what works, what does not, and what to do about it. Changes nothing. */
@Command(
    name = "doctor",
    description = "Checks configuration, storage, engines and the running site; changes nothing.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final Path USUAL_FILE = Path.of("archipel.yaml");

  private final Shell shell;

  @Option(names = "--config", paramLabel = "FILE", description = "What describes the site.")
  private @Nullable Path file;

  @Option(
      names = "--engine",
      paramLabel = "URL",
      arity = "1..*",
      description = "Engines to check instead of those of a file.")
  private List<String> engines = new ArrayList<>();

  @Mixin private final ControlAccess access = new ControlAccess();

  DoctorCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Optional<Config> config = config(findings);
    StorageConfig storage =
        config.map(Config::storage).orElse(StorageConfig.in(access.folder(shell.environment())));
    StorageCheck storageCheck = new StorageCheck(storage);
    findings.addAll(storageCheck.findings());
    findings.addAll(new DatabaseCheck(storage).findings());
    findings.addAll(
        new ControlCheck(
                access.base(control(config)), storage.data(), shell.environment(), shell.clock())
            .findings(storageCheck.inUse()));
    if (config.isPresent()) {
      findings.addAll(EngineCheck.findings(config.get().engines()));
    }
    show(findings);
    return findings.stream().anyMatch(Finding::broken) ? Failure.FAILED : 0;
  }

  /** The environment, with the file's address of the control listener where nothing else says. */
  private Map<String, String> control(Optional<Config> config) {
    Map<String, String> environment = new HashMap<>(shell.environment());
    config.ifPresent(
        c ->
            environment.putIfAbsent(
                ControlAccess.CONTROL_VARIABLE, c.listen().control().toString()));
    return environment;
  }

  private Optional<Config> config(List<Finding> findings) {
    if (!engines.isEmpty()) {
      return Optional.of(
          Config.of(
              ListenConfig.DEFAULTS,
              access.folder(shell.environment()),
              engines.stream().map(ServeCommand::url).toList()));
    }
    Path chosen = Optional.ofNullable(file).orElse(USUAL_FILE);
    if (file == null && !Files.exists(USUAL_FILE)) {
      findings.add(
          Finding.note("configuration", "no archipel.yaml here", "--config FILE names another"));
      return Optional.empty();
    }
    try {
      Config config = ConfigFile.load(chosen, access.data(), shell.environment());
      findings.add(Finding.good("configuration", chosen + " is right"));
      return Optional.of(config);
    } catch (ConfigException e) {
      e.problems()
          .forEach(
              problem ->
                  findings.add(
                      Finding.bad(
                          "configuration", problem.inFile(chosen.toString()), "change the file")));
      return Optional.empty();
    }
  }

  private void show(List<Finding> findings) {
    if (access.json()) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      findings.forEach(
          finding ->
              items
                  .addObject()
                  .put("check", finding.check())
                  .put("state", finding.state().word())
                  .put("found", finding.found())
                  .put("advice", finding.advice()));
      shell.output().line(JsonNodeFactory.instance.objectNode().set("items", items).toString());
      return;
    }
    for (Finding finding : findings) {
      shell
          .output()
          .line(
              "%-4s  %-14s %s"
                  .formatted(
                      finding.state().word(), finding.check(), Table.printable(finding.found())));
      if (!finding.advice().isEmpty()) {
        shell
            .output()
            .line("      %-14s %s".formatted("", "→ " + Table.printable(finding.advice())));
      }
    }
    long broken = findings.stream().filter(Finding::broken).count();
    shell.output().line(broken == 0 ? "all that was checked works" : broken + " to mend");
  }
}
