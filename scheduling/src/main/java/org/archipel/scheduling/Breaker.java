package org.archipel.scheduling;

import java.util.concurrent.TimeUnit;

/**
 * Keeps demands away from an engine that fails, and lets a single one through now and then to see
 * whether it is well again (scheduling.md §5.5). Being busy is not failing. Not thread-safe.
 */
final class Breaker {
  private static final int FAILURES_IN_A_ROW = 5;
  private static final int WINDOW_RUNS = 20;
  private static final double WINDOW_FAILURES = 0.5;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private int failuresInARow;
  private int windowRuns;
  private int windowFailures;
  private long windowStart;
  private boolean open;
  private boolean trying;
  private long until;
  private long pause = FIRST_PAUSE_NANOS;

  /** Whether a demand may be started. */
  boolean closed(long now) {
    return !open || (!trying && now >= until);
  }

  boolean open() {
    return open;
  }

  /** A demand was started. */
  void started() {
    if (open) {
      trying = true;
    }
  }

  /** A run ended without telling anything of the engine's health. */
  void undecided() {
    trying = false;
  }

  void succeeded(long now) {
    failuresInARow = 0;
    if (open) {
      reset(now);
    }
    count(false, now);
  }

  void failed(long now) {
    failuresInARow++;
    count(true, now);
    if (open) {
      // Also one that was started before it opened: the engine is still not well.
      if (trying) {
        trying = false;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        until = now + pause;
      }
      return;
    }
    boolean often = windowRuns >= WINDOW_RUNS && windowFailures > WINDOW_FAILURES * windowRuns;
    if (failuresInARow >= FAILURES_IN_A_ROW || often) {
      open = true;
      until = now + pause;
    }
  }

  /** The engine was found well by other means. */
  void reset(long now) {
    open = false;
    trying = false;
    failuresInARow = 0;
    pause = FIRST_PAUSE_NANOS;
    windowStart = now;
    windowRuns = 0;
    windowFailures = 0;
  }

  private void count(boolean failure, long now) {
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      windowRuns = 0;
      windowFailures = 0;
    }
    windowRuns++;
    windowFailures += failure ? 1 : 0;
  }
}
