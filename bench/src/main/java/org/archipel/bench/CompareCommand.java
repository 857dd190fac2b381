package org.archipel.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench compare}: everything, beside nginx. Exit status 1 when there was an error. */
@Command(
    name = "compare",
    description = "Runs the workloads on the upstream itself, on nginx and on Archipel.")
final class CompareCommand implements Callable<Integer> {
  private final Clock clock = Clock.systemUTC();
  private final Path root = Path.of(System.getProperty("archipel.root", "")).toAbsolutePath();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--quick", description = "Short phases: a look, not a measurement.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      description = "Of json, json64, burst, paced, prefill, streams, start, body.")
  private List<String> only = List.of();

  @Option(
      names = "--targets",
      split = ",",
      description = "Of direct, nginx, archipel (default: all).")
  private List<String> targets = List.of("direct", "nginx", "archipel");

  @Option(
      names = "--before",
      paramLabel = "DIR",
      description = "Another checkout of Archipel to compare with, instead of nginx.")
  private Optional<Path> before = Optional.empty();

  @Option(names = "--repeats", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int repeats;

  @Option(names = "--seed", defaultValue = "1", description = "Of the order of the targets.")
  private long seed;

  @Option(names = "--markdown", description = "The table as it stands in docs/benchmarks.md.")
  private boolean markdown;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (repeats < 1) {
      throw wrong("--repeats: " + repeats + " (expected: >= 1)");
    }
    long files = Machine.openFiles();
    List<Workload> workloads = chosen(Workloads.all(quick, files));
    PrintWriter err = spec.commandLine().getErr();
    if (workloads.stream().anyMatch(w -> w.name().equals("streams"))) {
      err.println(
          "streams: " + Workloads.streams(files) + " (" + files + " descriptors a process)");
    }
    Instant at = clock.instant();
    Machine machine = Machine.here(root);
    if (machine.busy()) {
      err.println(
          "load average: "
              + machine.loadBefore()
              + " (expected: <= half of the cores; figures will be those of a busy machine)");
    }
    List<Measurement> measurements = new ArrayList<>();
    boolean whole = false;
    try (Comparison comparison =
        new Comparison(
            new Roots(root, before.map(Path::toAbsolutePath)),
            kinds(),
            quick ? Comparison.Durations.QUICK : Comparison.Durations.FULL,
            seed,
            err)) {
      comparison.run(workloads, repeats, measurements::add);
      whole = true;
    } catch (TargetException e) {
      err.println(e.getMessage());
      err.println("what was measured before that follows");
    }
    ComparisonReport report = new ComparisonReport(at, machine, seed, repeats, measurements);
    PrintWriter out = spec.commandLine().getOut();
    out.print(markdown ? report.markdown() : report.table());
    out.flush();
    err.println("results: " + write(report));
    return whole && measurements.stream().allMatch(m -> m.errors() == 0) ? 0 : 1;
  }

  private List<Workload> chosen(List<Workload> all) {
    List<String> names = all.stream().map(Workload::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw wrong("--only: " + name + " (expected: of " + String.join(", ", names) + ")");
      }
    }
    return all.stream().filter(w -> only.isEmpty() || only.contains(w.name())).toList();
  }

  private Set<TargetKind> kinds() {
    Set<TargetKind> kinds = EnumSet.noneOf(TargetKind.class);
    for (String target : targets) {
      switch (target) {
        case "direct" -> kinds.add(TargetKind.DIRECT);
        case "nginx" -> kinds.add(TargetKind.NGINX);
        case "archipel" ->
            kinds.addAll(Set.of(TargetKind.ARCHIPEL_STRICT, TargetKind.ARCHIPEL_RELAXED));
        default -> throw wrong("--targets: " + target + " (expected: direct, nginx, archipel)");
      }
    }
    before.ifPresent(checkout -> kinds.add(TargetKind.ARCHIPEL_BEFORE));
    return kinds;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Path write(ComparisonReport report) throws IOException {
    Path folder = root.resolve("bench").resolve("target");
    Files.createDirectories(folder);
    String time = report.at().toString().replaceAll("[:.].*", "").replace("T", "-");
    String minute = report.at().toString().substring(14, 16);
    Path file = folder.resolve("results-" + time + minute + ".json");
    Files.writeString(file, report.json().toPrettyString() + "\n", StandardCharsets.UTF_8);
    return file;
  }
}
