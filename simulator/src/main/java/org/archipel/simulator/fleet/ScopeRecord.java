package org.archipel.simulator.fleet;

import java.util.EnumMap;
import java.util.Map;
import org.archipel.scheduling.Refusal;
import org.archipel.simulator.fleet.scenario.Scenario;

/** What was measured of the whole fleet, an organization or a class. */
final class ScopeRecord {
  /** Cost of a cached prompt token and of a generated one in prompt tokens (scheduling.md §5.1). */
  static final double CACHED_COST = 0.1;

  static final double OUTPUT_COST = 4;

  private final LatencyRecord ttft = new LatencyRecord();
  private final Map<Refusal.Reason, Long> refused = new EnumMap<>(Refusal.Reason.class);
  private long offered;
  private long served;
  private long good;
  private long unfinished;
  private double itlSeconds;
  private long itlCount;
  private long promptTokens;
  private long cachedTokens;
  private double service;

  void offered() {
    offered++;
  }

  void refused(Refusal.Reason reason) {
    refused.merge(reason, 1L, Long::sum);
  }

  void started(int prompt, int cached) {
    promptTokens += prompt;
    cachedTokens += cached;
  }

  void firstToken(long nanos) {
    ttft.record(nanos);
  }

  void served(long ttftNanos, double itlNanos, boolean several, Scenario.Objective objective) {
    served++;
    if (several) {
      itlSeconds += itlNanos / 1e9;
      itlCount++;
    }
    if (ttftNanos <= objective.ttftNanos() && itlNanos <= objective.itlNanos()) {
      good++;
    }
  }

  void unfinished() {
    unfinished++;
  }

  void serve(double units) {
    service += units;
  }

  double service() {
    return service;
  }

  /** What one record can know of the metrics. */
  Map<Metric, Double> values(double seconds, double allService) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.OFFERED, (double) offered);
    values.put(Metric.SERVED, (double) served);
    values.put(Metric.REFUSED_FULL, count(Refusal.Reason.QUEUE_FULL));
    values.put(Metric.REFUSED_PREDICTED, count(Refusal.Reason.PREDICTED_WAIT));
    values.put(Metric.EXPIRED, count(Refusal.Reason.DEADLINE_PASSED));
    values.put(Metric.NO_ENGINE, count(Refusal.Reason.NO_ENGINE));
    values.put(Metric.UNFINISHED, (double) unfinished);
    values.put(Metric.TTFT_P50, ttft.seconds(0.50));
    values.put(Metric.TTFT_P95, ttft.seconds(0.95));
    values.put(Metric.TTFT_P99, ttft.seconds(0.99));
    values.put(Metric.ITL_MEAN, ratio(itlSeconds, (double) itlCount));
    values.put(Metric.GOODPUT, ratio((double) good, (double) offered));
    values.put(Metric.GOODPUT_PER_SECOND, good / seconds);
    values.put(Metric.SERVICE_PER_SECOND, service / seconds);
    values.put(Metric.SERVICE_SHARE, ratio(service, allService));
    values.put(Metric.PREFIX_HIT, ratio((double) cachedTokens, (double) promptTokens));
    return values;
  }

  private double count(Refusal.Reason reason) {
    return refused.getOrDefault(reason, 0L);
  }

  private static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : Double.NaN;
  }
}
