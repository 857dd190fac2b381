package org.archipel.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** What one loop of a load has counted and timed. Written by that loop only. */
final class LoadTally {
  private static final long HIGHEST_NANOS = 600_000_000_000L;

  private final Map<Timing, Histogram> timings = new EnumMap<>(Timing.class);
  private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
  private long answered;
  private long events;
  private long bodyBytes;

  LoadTally() {
    for (Timing timing : Timing.values()) {
      timings.put(timing, new Histogram(1, HIGHEST_NANOS, 3));
    }
  }

  void time(Timing timing, long nanos) {
    histogram(timing).recordValue(Math.min(Math.max(nanos, 0), HIGHEST_NANOS));
  }

  private Histogram histogram(Timing timing) {
    return Objects.requireNonNull(timings.get(timing));
  }

  void answered(long bytes) {
    answered++;
    bodyBytes += bytes;
  }

  void event() {
    events++;
  }

  void failed(Failure failure) {
    failures.merge(failure, 1L, Long::sum);
  }

  void add(LoadTally other) {
    other.timings.forEach((timing, histogram) -> histogram(timing).add(histogram));
    other.failures.forEach((failure, count) -> failures.merge(failure, count, Long::sum));
    answered += other.answered;
    events += other.events;
    bodyBytes += other.bodyBytes;
  }

  LoadResult result(double seconds) {
    Map<Timing, Latency> latencies = new EnumMap<>(Timing.class);
    timings.forEach(
        (timing, histogram) -> {
          if (histogram.getTotalCount() > 0) {
            latencies.put(timing, Latency.of(histogram));
          }
        });
    return new LoadResult(
        seconds, answered, events, bodyBytes, Map.copyOf(failures), Map.copyOf(latencies));
  }
}
