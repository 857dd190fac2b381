package org.archipel.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From exec to the first answered request, on data that an earlier start has left.
 *
 * @param times how many starts one run is the median of
 */
record StartWorkload(int times) implements Workload {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NGINX, TargetKind.ARCHIPEL_STRICT);
  }

  @Override
  public boolean fresh() {
    return true;
  }

  @Override
  public Outcome run(Target target, Phase phase) throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      target.stop();
      long begun = System.nanoTime();
      target.start();
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    return new Outcome(Map.of(Metric.START, Spread.of(millis).median()), 0);
  }
}
