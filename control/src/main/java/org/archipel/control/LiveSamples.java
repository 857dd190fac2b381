package org.archipel.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolSnapshot;

/**
 * What was seen of a site in the last quarter of an hour: each second of the last ten, and one in
 * five of the rest. Not thread-safe.
 */
final class LiveSamples {
  private static final Duration RATES = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration WAITS = Duration.ofMinutes(5);
  private static final Duration HISTORY = Duration.ofMinutes(15);
  private static final double MEDIAN = 0.5;
  private static final double LONG = 0.95;
  private static final double MILLIS = 1000;
  private static final double TENTHS = 10;

  private record Sample(Instant at, SiteCounts counts, int running, int waiting) {}

  private final Deque<Sample> recent = new ArrayDeque<>();
  private final Deque<Sample> history = new ArrayDeque<>();

  void add(Instant at, SiteCounts counts, Map<String, PoolSnapshot> pools) {
    int running = 0;
    int waiting = 0;
    for (PoolSnapshot pool : pools.values()) {
      running += pool.engines().stream().mapToInt(EngineSnapshot::running).sum();
      waiting += pool.flows().stream().mapToInt(FlowSnapshot::waiting).sum();
    }
    Sample sample = new Sample(at, counts, running, waiting);
    recent.addLast(sample);
    forget(recent, at.minus(RATES));
    if (history.isEmpty() || !history.getLast().at.plus(STEP).isAfter(at)) {
      history.addLast(sample);
      forget(history, at.minus(HISTORY));
    }
  }

  /** The one just before the limit stays: differences reach back to it. */
  private static void forget(Deque<Sample> samples, Instant before) {
    while (samples.size() > 1 && samples.peekFirst().at.isBefore(before)) {
      samples.removeFirst();
    }
  }

  LiveView.Totals totals() {
    if (recent.isEmpty()) {
      return new LiveView.Totals(0, 0, 0, 0, 0, 0, 0);
    }
    Sample first = recent.getFirst();
    Sample last = recent.getLast();
    return new LiveView.Totals(
        last.running,
        last.waiting,
        rate(first, last, last.counts.requests() - first.counts.requests()),
        rate(first, last, last.counts.refused() - first.counts.refused()),
        rate(first, last, last.counts.failed() - first.counts.failed()),
        rate(first, last, last.counts.promptTokens() - first.counts.promptTokens()),
        rate(first, last, last.counts.completionTokens() - first.counts.completionTokens()));
  }

  private static double rate(Sample from, Sample to, long difference) {
    long millis = Duration.between(from.at, to.at).toMillis();
    return millis <= 0 ? 0 : Math.rint(difference * MILLIS / millis * TENTHS) / TENTHS;
  }

  List<LiveView.Point> points() {
    List<LiveView.Point> points = new ArrayList<>();
    Sample before = null;
    for (Sample sample : history) {
      if (before != null) {
        SiteCounts was = before.counts;
        SiteCounts is = sample.counts;
        points.add(
            new LiveView.Point(
                sample.at,
                sample.running,
                sample.waiting,
                rate(before, sample, is.requests() - was.requests()),
                rate(before, sample, is.completionTokens() - was.completionTokens())));
      }
      before = sample;
    }
    return points;
  }

  /**
   * Waits of a class in the last minutes.
   *
   * @param requests how many requests of it ended
   * @param median seconds; absent when none did
   * @param most seconds that one of twenty waited longer than
   */
  record Waits(long requests, OptionalDouble median, OptionalDouble most) {
    static final Waits NONE = new Waits(0, OptionalDouble.empty(), OptionalDouble.empty());
  }

  Waits waits(String word) {
    if (recent.isEmpty()) {
      return Waits.NONE;
    }
    Sample last = recent.getLast();
    Instant since = last.at.minus(WAITS);
    Sample first =
        history.stream().filter(sample -> !sample.at.isBefore(since)).findFirst().orElse(last);
    List<Long> before = ofClass(first, word).map(SiteCounts.OfClass::waits).orElse(List.of());
    return ofClass(last, word).map(now -> waits(now, before)).orElse(Waits.NONE);
  }

  private static Optional<SiteCounts.OfClass> ofClass(Sample sample, String word) {
    return sample.counts.classes().stream().filter(one -> one.word().equals(word)).findFirst();
  }

  private static Waits waits(SiteCounts.OfClass now, List<Long> before) {
    long[] fresh = new long[now.waits().size()];
    long sum = 0;
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = now.waits().get(i) - (before.size() == fresh.length ? before.get(i) : 0);
      sum += fresh[i];
    }
    return sum <= 0
        ? Waits.NONE
        : new Waits(
            sum,
            OptionalDouble.of(quantile(fresh, now.upTo(), sum * MEDIAN)),
            OptionalDouble.of(quantile(fresh, now.upTo(), sum * LONG)));
  }

  /** Within a bucket they are taken as spread evenly; above all bounds the last one is told. */
  private static double quantile(long[] counts, List<Double> upTo, double rank) {
    double passed = 0;
    double low = 0;
    for (int i = 0; i < upTo.size(); i++) {
      if (passed + counts[i] >= rank && counts[i] > 0) {
        double share = (rank - passed) / counts[i];
        return Math.rint((low + (upTo.get(i) - low) * share) * MILLIS) / MILLIS;
      }
      passed += counts[i];
      low = upTo.get(i);
    }
    return low;
  }
}
