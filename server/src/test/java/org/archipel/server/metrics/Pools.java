package org.archipel.server.metrics;

import java.util.ArrayList;
import java.util.List;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.ForecastErrors;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolFairness;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.ServiceClass;

/** Snapshots of pools for tests. */
final class Pools {
  static final PoolCounters COUNTERS =
      new PoolCounters(101, 102, 103, 104, 105, 106, 107, 108, 0, 110, 111, 112, 113, 114, 115);

  private Pools() {}

  static PoolSnapshot pool(List<FlowSnapshot> flows, List<EngineSnapshot> engines) {
    PoolFairness fairness =
        new PoolFairness(
            List.of(
                new PoolFairness.Received("insa", 1.5, 1),
                new PoolFairness.Received("ens", 0.5, 1)),
            120,
            4000);
    List<Long> errors = new ArrayList<>(ForecastErrors.NONE.counts());
    errors.set(0, 1L);
    errors.set(2, 1L);
    errors.set(5, 1L);
    return new PoolSnapshot(
        0.75, flows, engines, COUNTERS, fairness, new ForecastErrors(errors, 2.5));
  }

  static FlowSnapshot flow(String organization, String project, int waiting, long oldestSeconds) {
    return new FlowSnapshot(
        new Flow(organization, project, ServiceClass.BATCH),
        waiting,
        100.5 * waiting,
        2,
        oldestSeconds * 1_000_000_000,
        -3);
  }

  static EngineSnapshot engine(String id, EngineSnapshot.State state) {
    return new EngineSnapshot(
        id, "univ-rennes", state, 3, 16, 4000, 0, 0.1875, 15000, 0.018, 1_500_000_000);
  }
}
