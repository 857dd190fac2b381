package org.archipel.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The measurements of a comparison, brought together by workload and metric.
 *
 * <p>Ratios and differences are taken inside one repeat and then summed up, never between medians:
 * that is what interleaving is for.
 */
final class Summary {
  /**
   * One line.
   *
   * @param direct without anything in between, if it was measured
   * @param nginx if it was measured
   * @param value of the target; absent when it answered nothing, which its errors explain
   * @param ratio of target to {@link #measure()}, repeat by repeat, if both were measured
   * @param errors of the target, over all repeats
   */
  record Row(
      Key key,
      Optional<Spread> direct,
      Optional<Spread> nginx,
      Optional<Spread> value,
      Optional<Spread> ratio,
      long errors) {}

  /** What a line is about. */
  record Key(String workload, Metric metric, TargetKind target) {}

  private final Map<String, Map<TargetKind, Map<Integer, Measurement>>> byWorkload =
      new LinkedHashMap<>();

  Summary(List<Measurement> measurements) {
    for (Measurement measurement : measurements) {
      byWorkload
          .computeIfAbsent(measurement.workload(), name -> new EnumMap<>(TargetKind.class))
          .computeIfAbsent(measurement.target(), kind -> new LinkedHashMap<>())
          .put(measurement.repeat(), measurement);
    }
  }

  /** Lines for Archipel; where it was not measured, for nginx; else for direct. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    byWorkload.forEach(
        (workload, byTarget) -> {
          for (TargetKind target : subjects(byTarget.keySet())) {
            for (Metric metric : metrics(workload, target)) {
              rows.add(row(new Key(workload, metric, target)));
            }
          }
        });
    return rows;
  }

  /** What Archipel is compared with: another checkout where there is one, else nginx. */
  TargetKind measure() {
    boolean former =
        byWorkload.values().stream().anyMatch(one -> one.containsKey(TargetKind.ARCHIPEL_BEFORE));
    return former ? TargetKind.ARCHIPEL_BEFORE : TargetKind.NGINX;
  }

  private static Set<TargetKind> subjects(Set<TargetKind> measured) {
    Set<TargetKind> archipel = new LinkedHashSet<>();
    measured.stream().filter(TargetKind::archipel).forEach(archipel::add);
    if (!archipel.isEmpty()) {
      return archipel;
    }
    return Set.of(measured.contains(TargetKind.NGINX) ? TargetKind.NGINX : TargetKind.DIRECT);
  }

  private Set<Metric> metrics(String workload, TargetKind target) {
    Set<Metric> metrics = new TreeSet<>();
    // Of all targets: a target that answered nothing must not vanish from the table.
    byWorkload
        .getOrDefault(workload, Map.of())
        .values()
        .forEach(repeats -> repeats.values().forEach(one -> metrics.addAll(one.values().keySet())));
    if (metrics.contains(Metric.FIRST_CHUNK_P50) && target != TargetKind.DIRECT) {
      metrics.add(Metric.FIRST_CHUNK_ADDED_P50);
      metrics.add(Metric.FIRST_CHUNK_ADDED_P99);
    }
    return metrics;
  }

  private Row row(Key key) {
    Map<Integer, Double> value = values(key.workload(), key.metric(), key.target());
    Map<Integer, Double> nginx = values(key.workload(), key.metric(), TargetKind.NGINX);
    Map<Integer, Double> measure = values(key.workload(), key.metric(), measure());
    List<Double> ratios = new ArrayList<>();
    value.forEach(
        (repeat, mine) -> {
          double theirs = measure.getOrDefault(repeat, 0.0);
          // A ratio to nothing, or to a difference that came out negative, means nothing.
          if (theirs > 0) {
            ratios.add(mine / theirs);
          }
        });
    long errors =
        measured(key.workload(), key.target()).values().stream()
            .mapToLong(Measurement::errors)
            .sum();
    boolean beside = key.target() != measure() && key.target().archipel();
    return new Row(
        key,
        spread(values(key.workload(), key.metric(), TargetKind.DIRECT)),
        spread(nginx),
        spread(value),
        ratios.isEmpty() || !beside ? Optional.empty() : Optional.of(Spread.of(ratios)),
        errors);
  }

  private static Optional<Spread> spread(Map<Integer, Double> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(List.copyOf(values.values())));
  }

  /** Values by repeat; differences to direct are worked out here. */
  private Map<Integer, Double> values(String workload, Metric metric, TargetKind target) {
    return switch (metric) {
      case FIRST_CHUNK_ADDED_P50 -> added(workload, Metric.FIRST_CHUNK_P50, target);
      case FIRST_CHUNK_ADDED_P99 -> added(workload, Metric.FIRST_CHUNK_P99, target);
      default -> {
        Map<Integer, Double> values = new LinkedHashMap<>();
        measured(workload, target)
            .forEach(
                (repeat, measurement) ->
                    Optional.ofNullable(measurement.values().get(metric))
                        .ifPresent(value -> values.put(repeat, value)));
        yield values;
      }
    };
  }

  private Map<Integer, Double> added(String workload, Metric metric, TargetKind target) {
    if (target == TargetKind.DIRECT) {
      return Map.of();
    }
    Map<Integer, Double> direct = values(workload, metric, TargetKind.DIRECT);
    Map<Integer, Double> added = new LinkedHashMap<>();
    values(workload, metric, target)
        .forEach(
            (repeat, value) -> {
              if (direct.containsKey(repeat)) {
                added.put(repeat, value - direct.getOrDefault(repeat, 0.0));
              }
            });
    return added;
  }

  private Map<Integer, Measurement> measured(String workload, TargetKind target) {
    return byWorkload.getOrDefault(workload, Map.of()).getOrDefault(target, Map.of());
  }
}
