package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of one moment, gathered by families in Prometheus' model. For one thread. */
final class Scrape {
  private final List<InfoSnapshot> infos = new ArrayList<>();
  private final Map<Family, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
  private final Map<Family, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final Map<Family, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();

  void counter(Family family, double value, Labels labels) {
    counters
        .computeIfAbsent(family, f -> CounterSnapshot.builder().name(f.name()).help(f.help()))
        .dataPoint(CounterDataPointSnapshot.builder().value(value).labels(labels).build());
  }

  /** Exact up to 2^53, which nothing here reaches. */
  void counter(Family family, long value, Labels labels) {
    counter(family, (double) value, labels);
  }

  void gauge(Family family, long value, Labels labels) {
    gauge(family, (double) value, labels);
  }

  void gauge(Family family, double value, Labels labels) {
    gauges
        .computeIfAbsent(family, f -> GaugeSnapshot.builder().name(f.name()).help(f.help()))
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).labels(labels).build());
  }

  /** A fact that does not change: the value is 1, and the labels tell it. */
  void info(Family family, Labels labels) {
    infos.add(
        InfoSnapshot.builder()
            .name(family.name())
            .help(family.help())
            .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
            .build());
  }

  /** One that counted nothing is left out: most outcomes never happen. */
  void histogram(Family family, SecondsHistogram values, Labels labels) {
    List<Double> bounds = Arrays.stream(values.seconds()).boxed().toList();
    histogram(
        family,
        bounds.subList(0, bounds.size() - 1),
        Arrays.stream(values.counts()).boxed().toList(),
        values.sumSeconds(),
        labels);
  }

  /**
   * The same of what somebody else counted.
   *
   * @param finite upper bounds in seconds, growing
   * @param counts one more than bounds, not summed up
   */
  void histogram(Family family, List<Double> finite, List<Long> counts, double sum, Labels labels) {
    if (counts.stream().allMatch(count -> count == 0)) {
      return;
    }
    List<Double> bounds = new ArrayList<>(finite);
    bounds.add(Double.POSITIVE_INFINITY);
    histograms
        .computeIfAbsent(family, f -> HistogramSnapshot.builder().name(f.name()).help(f.help()))
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(sum)
                .labels(labels)
                .build());
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    infos.forEach(all::metricSnapshot);
    counters.values().forEach(counter -> all.metricSnapshot(counter.build()));
    gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
    histograms.values().forEach(histogram -> all.metricSnapshot(histogram.build()));
    return all.build();
  }
}
