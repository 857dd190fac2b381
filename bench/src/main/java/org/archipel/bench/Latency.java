package org.archipel.bench;

import org.HdrHistogram.Histogram;

/** Percentiles of one timing, in microseconds. */
record Latency(double p50, double p90, double p99, double p999, double max) {
  static Latency of(Histogram nanos) {
    return new Latency(
        micros(nanos.getValueAtPercentile(50)),
        micros(nanos.getValueAtPercentile(90)),
        micros(nanos.getValueAtPercentile(99)),
        micros(nanos.getValueAtPercentile(99.9)),
        micros(nanos.getMaxValue()));
  }

  private static double micros(long nanos) {
    return nanos / 1000.0;
  }
}
