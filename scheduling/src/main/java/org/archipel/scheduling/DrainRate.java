package org.archipel.scheduling;

/**
 * How fast a queue is worked off, in normalized prompt tokens per second: what was started while
 * somebody waited, over the time in which somebody waited, with a memory of some seconds. Not
 * thread-safe.
 */
final class DrainRate {
  private static final double MEMORY_SECONDS = 8;

  /** How long the first guess counts for. */
  private static final double PRIOR_SECONDS = 1;

  private double cost;
  private double seconds;
  private long last;
  private boolean busy;

  /** What to expect as long as nothing was seen. */
  void expect(double costPerSecond) {
    if (seconds <= PRIOR_SECONDS) {
      seconds = PRIOR_SECONDS;
      cost = costPerSecond * PRIOR_SECONDS;
    }
  }

  /** Somebody waits, or nobody does, from now on. */
  void waiting(boolean any, long now) {
    pass(now);
    busy = any;
  }

  /** One of those who wait is started. */
  void started(double itsCost, long now) {
    pass(now);
    cost += itsCost;
  }

  /** Normalized prompt tokens per second, over 0. */
  double perSecond() {
    return Math.max(1, seconds > 0 ? cost / seconds : 1);
  }

  private void pass(long now) {
    if (busy && now > last) {
      double passed = (now - last) / 1e9;
      double kept = Math.exp(-passed / MEMORY_SECONDS);
      cost *= kept;
      seconds = seconds * kept + passed;
    }
    last = now;
  }
}
