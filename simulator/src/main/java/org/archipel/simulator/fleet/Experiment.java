package org.archipel.simulator.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.Pool;
import org.archipel.simulator.fleet.scenario.Load;
import org.archipel.simulator.fleet.scenario.Scenario;
import org.archipel.simulator.fleet.scenario.Study;

/**
 * Runs every variant of a study under every policy with every seed, one after the other on the
 * calling thread.
 */
public final class Experiment {
  private final Study study;
  private final List<String> policies;
  private final int seeds;
  private final Map<Load.TraceSpec, List<TraceEntry>> traces = new HashMap<>();

  /** Hears of the simulations as they go. */
  public interface Listener {
    /** How many of {@code all} are done, and the next one begins; hears how far it is. */
    Progress begins(int done, int all, String variant, String policy, long seed);
  }

  /**
   * An experiment.
   *
   * @param policies names of {@link Policies}
   * @param seeds how many repetitions: seeds 1, 2 and so on
   */
  public Experiment(Study study, List<String> policies, int seeds) {
    this.study = study;
    this.policies = List.copyOf(policies);
    this.seeds = seeds;
  }

  /**
   * Runs it.
   *
   * @throws org.archipel.simulator.fleet.scenario.ScenarioException when a trace cannot be used
   */
  public Comparison run(Listener listener) {
    List<Trial> trials = new ArrayList<>();
    int all = study.variants().size() * policies.size() * seeds;
    for (Study.Variant variant : study.variants()) {
      for (String policy : policies) {
        for (long seed = 1; seed <= seeds; seed++) {
          Progress progress = listener.begins(trials.size(), all, variant.name(), policy, seed);
          RunResult result = simulate(variant.scenario(), policy, seed, progress);
          trials.add(new Trial(variant.name(), variant.x(), policy, seed, result));
        }
      }
    }
    return new Comparison(study.title(), study.question(), trials);
  }

  private RunResult simulate(Scenario scenario, String policy, long seed, Progress progress) {
    Seeds streams = new Seeds(seed);
    ScenarioPool told = ScenarioPool.of(scenario);
    Pool<Ticket> pool = Policies.make(policy, told, streams.number("policy", policy));
    List<TraceEntry> trace =
        scenario
            .load()
            .trace()
            .map(spec -> traces.computeIfAbsent(spec, TraceReader::read))
            .orElse(List.of());
    return new Simulation(scenario, pool, trace, streams, progress).run();
  }
}
