package org.archipel.simulator.fleet;

import java.util.Arrays;

/**
 * How evenly organizations that want more are served: Jain's index in windows, and the largest
 * service gap between two of them over any time in which both were backlogged throughout.
 *
 * <p>An organization is backlogged while it has a request that no engine has begun. So a policy is
 * judged alike whether its requests wait in the gateway or inside engines.
 */
final class FairnessRecord {
  private static final int WINDOW_SAMPLES = 10;

  private final double[] weights;
  private final double[] service;
  private final int[] pending;
  // Since the last sample, and since the window began.
  private final boolean[] dry;
  private final boolean[] dryInWindow;
  private final double[] atWindow;
  // Of the difference between i and j < i since both are backlogged.
  private final double[][] low;
  private final double[][] high;
  private final int[] backlogged;
  private double largestGap;
  private double jainSum;
  private int jainWindows;
  private int samples;

  FairnessRecord(double[] weights) {
    int n = weights.length;
    this.weights = weights.clone();
    service = new double[n];
    pending = new int[n];
    dry = new boolean[n];
    dryInWindow = new boolean[n];
    atWindow = new double[n];
    backlogged = new int[n];
    low = new double[n][];
    high = new double[n][];
    for (int i = 0; i < n; i++) {
      low[i] = new double[i];
      high[i] = new double[i];
      forget(i, n);
    }
    Arrays.fill(dryInWindow, true);
    Arrays.fill(dry, true);
  }

  void pending(int organization, int change) {
    pending[organization] += change;
    if (pending[organization] == 0) {
      dry[organization] = true;
    }
  }

  /** Service in units of cost. */
  void serve(int organization, double units) {
    service[organization] += units / weights[organization];
  }

  /** Called at even distances of time, while the simulation measures. */
  void sample() {
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (dry[i] || pending[i] == 0) {
        forget(i, weights.length);
        dryInWindow[i] = true;
      } else {
        backlogged[count++] = i;
      }
      dry[i] = pending[i] == 0;
    }
    compare(count);
    if (++samples % WINDOW_SAMPLES == 0) {
      closeWindow();
    }
  }

  private void compare(int count) {
    for (int a = 1; a < count; a++) {
      int i = backlogged[a];
      for (int b = 0; b < a; b++) {
        int j = backlogged[b];
        double difference = service[i] - service[j];
        low[i][j] = Math.min(low[i][j], difference);
        high[i][j] = Math.max(high[i][j], difference);
        largestGap = Math.max(largestGap, high[i][j] - low[i][j]);
      }
    }
  }

  private void closeWindow() {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!dryInWindow[i]) {
        double got = service[i] - atWindow[i];
        sum += got;
        squares += got * got;
        count++;
      }
      atWindow[i] = service[i];
      dryInWindow[i] = pending[i] == 0;
    }
    if (count >= 2 && squares > 0) {
      jainSum += sum * sum / (count * squares);
      jainWindows++;
    }
  }

  private void forget(int i, int n) {
    Arrays.fill(low[i], Double.POSITIVE_INFINITY);
    Arrays.fill(high[i], Double.NEGATIVE_INFINITY);
    for (int k = i + 1; k < n; k++) {
      if (low[k] != null) {
        low[k][i] = Double.POSITIVE_INFINITY;
        high[k][i] = Double.NEGATIVE_INFINITY;
      }
    }
  }

  double largestGap() {
    return largestGap;
  }

  /** Mean over the windows in which two or more were backlogged; NaN when there was none. */
  double jain() {
    return jainWindows == 0 ? Double.NaN : jainSum / jainWindows;
  }

  double smallestWeight() {
    return Arrays.stream(weights).min().orElse(1);
  }
}
