package org.archipel.server.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many durations fell below each of some bounds. Thread-safe, without locks. */
final class SecondsHistogram {
  /** Waits of people and of batches; the deadlines of the classes are among them. */
  static final long[] WAITS =
      micros(
          0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800,
          3600);

  /** Between two tokens: from the fastest GPU to a CPU. */
  static final long[] TOKENS =
      micros(0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1);

  private static final double MICROS = 1e6;

  private final long[] bounds;

  /** The buckets, the one above all bounds, and the sum in microseconds. */
  private final AtomicLongArray cells;

  /**
   * @param bounds upper bounds in microseconds, inclusive, growing; not changed later
   */
  SecondsHistogram(long[] bounds) {
    this.bounds = bounds;
    this.cells = new AtomicLongArray(bounds.length + 2);
  }

  void record(long micros) {
    int bucket = 0;
    while (bucket < bounds.length && micros > bounds[bucket]) {
      bucket++;
    }
    cells.getAndIncrement(bucket);
    cells.getAndAdd(bounds.length + 1, micros);
  }

  /** The bounds in seconds, the last of them infinite. */
  double[] seconds() {
    double[] seconds =
        Arrays.copyOf(
            Arrays.stream(bounds).mapToDouble(b -> b / MICROS).toArray(), bounds.length + 1);
    seconds[bounds.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }

  /** What fell into each bucket, not summed up. */
  long[] counts() {
    long[] counts = new long[bounds.length + 1];
    Arrays.setAll(counts, cells::get);
    return counts;
  }

  double sumSeconds() {
    return cells.get(bounds.length + 1) / MICROS;
  }

  private static long[] micros(double... seconds) {
    return Arrays.stream(seconds).mapToLong(s -> Math.round(s * MICROS)).toArray();
  }
}
