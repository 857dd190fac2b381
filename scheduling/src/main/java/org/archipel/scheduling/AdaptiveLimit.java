package org.archipel.scheduling;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How many requests an engine should have at once: as many as it answers at its usual pace, so that
 * what is more waits here, where the order is ours.
 *
 * <p>Steps as in scheduling.md §5.3: a hard sign (the engine queues, its cache is full, it preempts
 * or pushes back) takes 15 %, a soft one (first tokens twice as late as predicted, tokens slower
 * than wanted) 5 %, and a full engine without signs grants more. The first steps up double, as
 * TCP's slow start does (RFC 5681), so that a large engine is in use within seconds. End-to-end
 * times are no sign: they grow with the length of answers. Not thread-safe.
 */
final class AdaptiveLimit {
  private static final double HARD_STEP = 0.85;
  private static final double SOFT_STEP = 0.95;
  private static final double GROWTH = 0.05;

  /** Below the lowest ceiling (batch, 0.70), or an engine that only batch uses would never grow. */
  private static final double IN_USE = 0.65;

  private static final double KV_FULL = 0.97;
  private static final double LATE = 2.0;
  private static final double SLOWER = 2.0;
  private static final int SAMPLES = 64;
  private static final int ENOUGH_SAMPLES = 5;
  private static final int SIGNS_IN_A_ROW = 2;
  private static final int TOLERATED_IN_BATCH = 2;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The low quantile of inter-token times forgets over ten minutes of windows. */
  private static final double BASE_FORGETS = 1.0 / 600;

  private final boolean slots;
  private final double wantedInterToken;
  private int most;
  private double limit;

  private final double[] lateness = new double[SAMPLES];
  private int latenessCount;
  private final double[] pace = new double[SAMPLES];
  private int paceCount;
  private double basePace = Double.NaN;
  private long windowStart;
  private int current;
  private int busiest;

  private int queueing;
  private long preemptions = -1;
  private boolean hardSign;
  private long lastHard = Long.MIN_VALUE / 2;
  private long increases;
  private long decreases;

  AdaptiveLimit(EngineCapacity capacity, double wantedInterToken, long now) {
    this.slots = capacity.slots();
    this.wantedInterToken = wantedInterToken;
    this.most = capacity.maxConcurrency();
    // What was declared is believed until the engine shows otherwise: a start that is too careful
    // makes the first burst wait for seconds, one that is too bold is corrected within one.
    this.limit = most;
    this.windowStart = now;
  }

  int limit() {
    return (int) limit;
  }

  long increases() {
    return increases;
  }

  long decreases() {
    return decreases;
  }

  /** The operator changed the most. */
  void most(int changed) {
    if (changed > most) {
      limit = changed;
    }
    most = changed;
    limit = Math.min(limit, most);
  }

  /** So many run now. */
  void running(int running) {
    current = running;
    busiest = Math.max(busiest, running);
  }

  /** A first token came after so many times the predicted time. */
  void firstToken(double timesPredicted) {
    if (latenessCount < SAMPLES) {
      lateness[latenessCount++] = timesPredicted;
    }
  }

  /** A run had so many seconds between two tokens. */
  void interToken(double seconds) {
    if (paceCount < SAMPLES) {
      pace[paceCount++] = seconds;
    }
  }

  void pushedBack() {
    hardSign = true;
  }

  void reported(EngineLoad load) {
    queueing = load.waiting() > (slots ? 0 : TOLERATED_IN_BATCH) ? queueing + 1 : 0;
    hardSign |= queueing >= SIGNS_IN_A_ROW || load.kvUsage() > KV_FULL;
    // Fewer than before: it was started anew.
    hardSign |= preemptions >= 0 && load.preemptions() > preemptions;
    preemptions = load.preemptions();
  }

  /** Before this moment {@link #step} does nothing. */
  long nextStep() {
    return hardSign ? Long.MIN_VALUE : windowStart + WINDOW_NANOS;
  }

  /** Takes a step when the window is over; true when the limit grew. */
  boolean step(long now) {
    long age = now - windowStart;
    boolean over = age >= WINDOW_NANOS && latenessCount >= ENOUGH_SAMPLES;
    if (!over && age < LONGEST_WINDOW_NANOS && !hardSign) {
      return false;
    }
    double before = limit;
    if (hardSign) {
      if (now - lastHard >= WINDOW_NANOS) {
        lastHard = now;
        limit = Math.max(1, HARD_STEP * Math.min(limit, Math.max(1, busiest)));
      } else if (age < WINDOW_NANOS) {
        hardSign = false;
        return false;
      }
    } else if (slow()) {
      limit = Math.max(1, SOFT_STEP * limit);
    } else if (busiest >= IN_USE * (int) limit) {
      limit = Math.min(most, limit + Math.max(1, GROWTH * most));
    }
    closeWindow(now);
    increases += limit > before ? 1 : 0;
    decreases += limit < before ? 1 : 0;
    return (int) limit > (int) before;
  }

  private boolean slow() {
    boolean late = latenessCount >= ENOUGH_SAMPLES && median(lateness, latenessCount) > LATE;
    if (paceCount < ENOUGH_SAMPLES) {
      return late;
    }
    double median = median(pace, paceCount);
    double low = pace[paceCount / 10];
    basePace =
        Double.isNaN(basePace) || low < basePace ? low : basePace + BASE_FORGETS * (low - basePace);
    // A batch is slower than one alone by its nature: that is no sign while readers do not feel it.
    return late || median > Math.max(wantedInterToken, SLOWER * basePace);
  }

  private void closeWindow(long now) {
    windowStart = now;
    latenessCount = 0;
    paceCount = 0;
    // Who runs on is busy in the next window too, also if nobody starts or ends in it.
    busiest = current;
    hardSign = false;
  }

  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }
}
