package org.archipel.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a load makes a newly started target hold in memory: many open streams, or large bodies.
 *
 * @param connections open at once
 * @param bodyBytes of each request
 * @param ramp over which the connections begin
 */
record MemoryWorkload(String name, String model, int connections, int bodyBytes, Duration ramp)
    implements Workload {
  /** Longer than any run: streams stay open until the load is closed. */
  private static final int ENDLESS = 100_000;

  private static final long SAMPLE_MILLIS = 100;
  private static final double SETTLE_SECONDS = 3;

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
    ProcessMeter meter = ProcessMeter.of(target.pid());
    long warmErrors = settle(target);
    double idle = meter.residentMegabytes();
    try (LoadRequest request =
            LoadRequest.chat(target.address(), target.key(), model, ENDLESS, bodyBytes);
        Load load =
            Load.start(LoadPlan.closedLoop(target.address(), request, connections, ramp), 1)) {
      Thread.sleep(ramp);
      phase.warm();
      double before = meter.cpuSeconds();
      load.beginMeasuring();
      double peak = peak(meter, phase);
      double cpu = meter.cpuSeconds() - before;
      int open = load.connections();
      LoadResult result = load.endMeasuring();
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      values.put(Metric.RSS, peak);
      values.put(Metric.RSS_OVER_IDLE, peak - idle);
      if (result.events() > 0) {
        values.put(Metric.OPEN_STREAMS, (double) open);
        values.put(Metric.CHUNKS_PER_SECOND, result.eventsPerSecond());
        values.put(Metric.CPU_PER_MILLION_CHUNKS, cpu * 1e6 / result.events());
        SteadyWorkload.both(values, result, Timing.CHUNK, Metric.CHUNK_P50, Metric.CHUNK_P99);
      } else {
        values.put(Metric.REQUESTS_PER_SECOND, result.requestsPerSecond());
      }
      return new Outcome(values, warmErrors + result.errors());
    }
  }

  /** A few small requests, so that what is loaded once is not counted as the load's. */
  private static long settle(Target target) throws InterruptedException {
    try (LoadRequest small =
            LoadRequest.chat(target.address(), target.key(), "json", 0, LoadRequest.BODY_BYTES);
        Load load =
            Load.start(LoadPlan.closedLoop(target.address(), small, 16, Duration.ZERO), 1)) {
      load.beginMeasuring();
      Thread.sleep((long) (SETTLE_SECONDS * 1000));
      return load.endMeasuring().errors();
    }
  }

  private static double peak(ProcessMeter meter, Phase phase)
      throws IOException, InterruptedException {
    double peak = 0;
    long end = System.nanoTime() + (long) (phase.measureSeconds() * 1e9);
    do {
      peak = Math.max(peak, meter.residentMegabytes());
      Thread.sleep(SAMPLE_MILLIS);
    } while (System.nanoTime() < end);
    return peak;
  }
}
