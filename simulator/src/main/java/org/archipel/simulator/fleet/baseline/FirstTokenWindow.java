package org.archipel.simulator.fleet.baseline;

import java.util.Arrays;

/**
 * An engine's times to first token of the last 24 seconds in the buckets of vLLM's histogram, as a
 * poller has them that reads the histogram once a second.
 */
final class FirstTokenWindow {
  private static final int SLOTS = 24;
  private static final double[] BOUNDS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };

  private final int[][] slots = new int[SLOTS][BOUNDS.length + 1];
  private int slot;
  private double p95;

  void record(double seconds) {
    int bucket = Arrays.binarySearch(BOUNDS, seconds);
    slots[slot][bucket >= 0 ? bucket : -bucket - 1]++;
  }

  /** A second passed: the poller reads. */
  void turn() {
    p95 = quantile();
    slot = (slot + 1) % SLOTS;
    Arrays.fill(slots[slot], 0);
  }

  /** The upper bound of the bucket that holds the 95th percentile; 0 when there is no sample. */
  double p95() {
    return p95;
  }

  private double quantile() {
    int[] sums = new int[BOUNDS.length + 1];
    int count = 0;
    for (int[] second : slots) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += second[i];
        count += second[i];
      }
    }
    int seen = 0;
    for (int i = 0; i < sums.length; i++) {
      seen += sums[i];
      if (count > 0 && seen >= 0.95 * count) {
        return i < BOUNDS.length ? BOUNDS[i] : Double.POSITIVE_INFINITY;
      }
    }
    return 0;
  }
}
