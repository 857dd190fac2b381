package org.archipel.bench;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** One way of using a target, and what is measured of it. */
interface Workload {
  /** What {@code --only} calls it. */
  String name();

  Set<TargetKind> targets();

  /** Whether it wants a target of its own, started for it, instead of the one kept warm. */
  boolean fresh();

  /** Runs once, for a bounded time. */
  Outcome run(Target target, Phase phase) throws IOException, InterruptedException;

  /**
   * What one run gave.
   *
   * @param errors requests not answered as expected
   */
  record Outcome(Map<Metric, Double> values, long errors) {}

  /**
   * How long to do what.
   *
   * @param warmSeconds before measuring
   * @param measureSeconds while measuring
   */
  record Phase(double warmSeconds, double measureSeconds) {
    void warm() throws InterruptedException {
      Thread.sleep((long) (warmSeconds * 1000));
    }

    void measure() throws InterruptedException {
      Thread.sleep((long) (measureSeconds * 1000));
    }
  }
}
