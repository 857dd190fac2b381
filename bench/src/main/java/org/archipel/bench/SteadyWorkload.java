package org.archipel.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * A load of constant shape on a warm target: throughput, latency, and the CPU time that the
 * target's processes took meanwhile.
 *
 * @param events of each paced stream
 * @param ramp over which the connections begin
 */
record SteadyWorkload(
    String name, Set<TargetKind> targets, String model, int connections, int events, Duration ramp)
    implements Workload {

  @Override
  public boolean fresh() {
    return false;
  }

  @Override
  public Outcome run(Target target, Phase phase) throws IOException, InterruptedException {
    ProcessMeter meter = ProcessMeter.of(target.pid());
    try (LoadRequest request =
            LoadRequest.chat(
                target.address(), target.key(), model, events, LoadRequest.BODY_BYTES);
        Load load =
            Load.start(LoadPlan.closedLoop(target.address(), request, connections, ramp), 1)) {
      Thread.sleep(ramp);
      phase.warm();
      double before = meter.cpuSeconds();
      load.beginMeasuring();
      phase.measure();
      double cpu = meter.cpuSeconds() - before;
      LoadResult result = load.endMeasuring();
      return new Outcome(values(result, cpu), result.errors());
    }
  }

  private Map<Metric, Double> values(LoadResult result, double cpu) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    if (model.equals("burst")) {
      values.put(Metric.REQUESTS_PER_SECOND, result.requestsPerSecond());
      // By events, not by streams: those that began before or end after count for their part.
      double streams = (double) result.events() / UpstreamAnswers.BURST_EVENTS;
      put(values, Metric.CPU_PER_STREAM, cpu * 1000, streams);
    } else if (model.equals("json")) {
      values.put(Metric.REQUESTS_PER_SECOND, result.requestsPerSecond());
      put(values, Metric.CPU_PER_THOUSAND, cpu * 1000, (double) result.answered());
      result
          .latency(Timing.REQUEST)
          .ifPresent(
              latency -> {
                values.put(Metric.REQUEST_P50, latency.p50() / 1000);
                values.put(Metric.REQUEST_P99, latency.p99() / 1000);
              });
    } else {
      values.put(Metric.CHUNKS_PER_SECOND, result.eventsPerSecond());
      put(values, Metric.CPU_PER_MILLION_CHUNKS, cpu * 1e6, (double) result.events());
      result
          .latency(Timing.FIRST_BYTE)
          .ifPresent(latency -> values.put(Metric.FIRST_BYTE_P50, latency.p50() / 1000));
      both(values, result, Timing.FIRST_CHUNK, Metric.FIRST_CHUNK_P50, Metric.FIRST_CHUNK_P99);
      both(values, result, Timing.CHUNK, Metric.CHUNK_P50, Metric.CHUNK_P99);
    }
    return values;
  }

  static void both(
      Map<Metric, Double> values, LoadResult result, Timing timing, Metric p50, Metric p99) {
    result
        .latency(timing)
        .ifPresent(
            latency -> {
              values.put(p50, latency.p50() / 1000);
              values.put(p99, latency.p99() / 1000);
            });
  }

  private static void put(Map<Metric, Double> values, Metric metric, double sum, double count) {
    // Nothing was answered: there is no figure per answer, and the errors say why.
    if (count > 0) {
      values.put(metric, sum / count);
    }
  }
}
