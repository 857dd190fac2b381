package org.archipel.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs workloads on targets, interleaved: in each repeat, each workload meets every target in an
 * order drawn from the seed, so that a noisy minute does not hit one target only.
 */
final class Comparison implements AutoCloseable {
  private final Roots roots;
  private final Set<TargetKind> kinds;
  private final Durations durations;
  private final Random random;
  private final PrintWriter progress;
  private final Map<TargetKind, Target> warm = new EnumMap<>(TargetKind.class);
  private final Set<String> met = new HashSet<>();

  /**
   * Seconds of the phases.
   *
   * @param firstWarm before a target's first run of a workload: compilers need their time
   * @param warm before later ones
   */
  record Durations(double firstWarm, double warm, double measure) {
    static final Durations FULL = new Durations(15, 4, 10);
    static final Durations QUICK = new Durations(5, 1, 3);
  }

  Comparison(
      Roots roots, Set<TargetKind> kinds, Durations durations, long seed, PrintWriter progress)
      throws IOException, InterruptedException {
    this.roots = roots;
    this.kinds = kinds;
    this.durations = durations;
    this.random = new Random(seed);
    this.progress = progress;
    if (kinds.contains(TargetKind.NGINX)) {
      NginxTarget.program();
    }
    if (kinds.stream().anyMatch(TargetKind::archipel)) {
      ArchipelTarget.launcher(roots.now());
    }
    if (kinds.contains(TargetKind.ARCHIPEL_BEFORE)) {
      ArchipelTarget.launcher(roots.former());
    }
    Target upstream = new DirectTarget();
    warm.put(TargetKind.DIRECT, upstream);
    try {
      upstream.start();
    } catch (IOException | InterruptedException | RuntimeException e) {
      upstream.close();
      throw e;
    }
  }

  /**
   * Runs them all.
   *
   * @param measured gets each measurement as it is there: a target that fails late loses no others
   */
  void run(List<Workload> workloads, int repeats, Consumer<Measurement> measured)
      throws IOException, InterruptedException {
    for (int repeat = 1; repeat <= repeats; repeat++) {
      for (Workload workload : workloads) {
        for (TargetKind kind : order(workload)) {
          say(repeat + "/" + repeats + " " + workload.name() + " on " + kind.title());
          Workload.Outcome outcome = run(workload, kind);
          if (outcome.errors() > 0) {
            say("  " + outcome.errors() + " errors");
          }
          measured.accept(
              new Measurement(workload.name(), kind, repeat, outcome.values(), outcome.errors()));
        }
      }
    }
  }

  private List<TargetKind> order(Workload workload) {
    List<TargetKind> order =
        new ArrayList<>(
            workload.targets().stream().filter(kind -> kinds.contains(kind)).sorted().toList());
    Collections.shuffle(order, random);
    return order;
  }

  private Workload.Outcome run(Workload workload, TargetKind kind)
      throws IOException, InterruptedException {
    if (workload.fresh()) {
      try (Target target = factory().make(kind)) {
        target.start();
        return workload.run(target, new Workload.Phase(durations.warm(), durations.measure()));
      }
    }
    boolean first = met.add(workload.name() + " " + kind);
    return workload.run(
        kept(kind),
        new Workload.Phase(first ? durations.firstWarm() : durations.warm(), durations.measure()));
  }

  private Target kept(TargetKind kind) throws IOException, InterruptedException {
    Target known = warm.get(kind);
    if (known != null) {
      return known;
    }
    Target target = factory().make(kind);
    warm.put(kind, target);
    target.start();
    return target;
  }

  private TargetFactory factory() {
    Target upstream = warm.get(TargetKind.DIRECT);
    if (upstream == null) {
      throw new IllegalStateException("no upstream (expected: started by the constructor)");
    }
    return new TargetFactory(roots, upstream.address());
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }

  /** Stops everything that was started. */
  @Override
  public void close() {
    warm.values().forEach(Target::close);
    warm.clear();
  }
}
