package org.archipel.scheduling;

import java.util.Arrays;

/**
 * When a demand is due, and when there is no more sense in its waiting. Not thread-safe.
 *
 * <p>Dropping at the deadline would serve only those who are too late already, so demands are
 * dropped before it: by half of it when somebody is reading along, else by what a first token takes
 * after the start (scheduling.md §5.1, §8).
 */
final class Deadlines {
  private static final double MOST_MARGIN = 0.5;
  private static final double QUANTILE = 0.9;
  private static final double STEP = 0.05;
  private static final double FIRST_GUESS_NANOS = 0.5e9;

  /** A visitor that finds no room soon is better off at home, where it has a place. */
  private static final long VISITOR_PATIENCE_NANOS = 1_000_000_000L;

  private final long[] deadlines = new long[ServiceClass.values().length];
  private final boolean margin;

  /** The 90th percentile of the time from start to first token, by stochastic approximation. */
  private final double[] firstToken = new double[ServiceClass.values().length];

  Deadlines(SchedulingOptions options) {
    for (ServiceClass serviceClass : ServiceClass.values()) {
      deadlines[serviceClass.rank()] = options.rules(serviceClass).deadlineNanos();
    }
    this.margin = options.has(Feature.DROP_WITH_MARGIN);
    Arrays.fill(firstToken, FIRST_GUESS_NANOS);
  }

  void firstToken(ServiceClass serviceClass, long nanos) {
    int i = serviceClass.rank();
    double step = STEP * firstToken[i];
    firstToken[i] += nanos > firstToken[i] ? step * QUANTILE : -step * (1 - QUANTILE);
  }

  /** The moment after which a first token is useless. */
  long due(Demand demand) {
    long submitted = demand.patience().submittedNanos();
    long deadline = demand.patience().deadlineNanos();
    return deadline == Patience.CLASS_DEADLINE
        ? submitted + deadlines[demand.flow().serviceClass().rank()]
        : deadline;
  }

  /** The moment at which it is dropped from the queue. */
  long dropAt(Waiting<?> waiting) {
    return sooner(waiting, margin ? waiting.due() - margin(waiting) : waiting.due());
  }

  private static long sooner(Waiting<?> waiting, long moment) {
    return waiting.tenant().visiting()
        ? Math.min(moment, waiting.enqueued() + VISITOR_PATIENCE_NANOS)
        : moment;
  }

  private long margin(Waiting<?> waiting) {
    double most = MOST_MARGIN * (waiting.due() - waiting.submitted());
    ServiceClass asked = waiting.demand().flow().serviceClass();
    return (long) (interactive(waiting) ? most : Math.min(most, firstToken[asked.rank()]));
  }

  private static boolean interactive(Waiting<?> waiting) {
    return waiting.demand().flow().serviceClass() == ServiceClass.INTERACTIVE;
  }

  /** A moment, fixed while it waits, before which it is dropped by {@link #ahead} at most. */
  long lateFrom(Waiting<?> waiting) {
    return interactive(waiting) ? dropAt(waiting) : sooner(waiting, waiting.due());
  }

  /** How long before {@link #lateFrom} those who asked for that class may be dropped. */
  long ahead(ServiceClass asked) {
    return !margin || asked == ServiceClass.INTERACTIVE ? 0 : (long) firstToken[asked.rank()];
  }

  /** The wait, in nanoseconds, that is too long to begin with. */
  long longestWait(Waiting<?> waiting, long now) {
    return (long) (MOST_MARGIN * (waiting.due() - now));
  }
}
