package org.archipel.simulator.fleet;

import java.util.Arrays;

/**
 * Latencies in buckets of at most 0.8 % of their value, from a microsecond on: quantiles without
 * keeping every value, the same on every machine.
 */
final class LatencyRecord {
  private static final int SUB_BITS = 7;
  private static final int SUB = 1 << SUB_BITS;

  private long[] buckets = new long[SUB * 20];
  private long count;

  void record(long nanos) {
    int bucket = bucket(Math.max(0, nanos / 1000));
    if (bucket >= buckets.length) {
      buckets = Arrays.copyOf(buckets, bucket + SUB);
    }
    buckets[bucket]++;
    count++;
  }

  long count() {
    return count;
  }

  /**
   * The value that a share of all does not exceed, in seconds.
   *
   * @param quantile 0 to 1
   * @return NaN when nothing was recorded
   */
  double seconds(double quantile) {
    if (count == 0) {
      return Double.NaN;
    }
    long rank = Math.max(1, (long) Math.ceil(quantile * count));
    long seen = 0;
    int bucket = 0;
    while (seen + buckets[bucket] < rank) {
      seen += buckets[bucket++];
    }
    return middleMicros(bucket) / 1e6;
  }

  private static int bucket(long micros) {
    if (micros < SUB) {
      return (int) micros;
    }
    int shift = 63 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
    return (shift + 1) * SUB + (int) ((micros >>> shift) - SUB);
  }

  private static double middleMicros(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = bucket / SUB - 1;
    double lowest = (double) (SUB + bucket % SUB) * (1L << shift);
    return lowest + ((1L << shift) - 1) / 2.0;
  }
}
