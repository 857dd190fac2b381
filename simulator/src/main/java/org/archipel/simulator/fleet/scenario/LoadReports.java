package org.archipel.simulator.fleet.scenario;

/**
 * How the engines' load metrics reach the pool.
 *
 * @param everyNanos how often; 15 s stands for stale metrics
 * @param mode what comes
 * @param fromNanos since when {@code mode} holds; before that they are as they should be
 */
public record LoadReports(long everyNanos, Mode mode, long fromNanos) {
  /** What comes of an engine's metrics. */
  public enum Mode {
    /** What is true. */
    FRESH,
    /** Nothing. */
    STOPPED,
    /** The gauges have new names: what a poller reads that takes a missing one for zero. */
    RENAMED
  }

  static LoadReports read(Keys group) {
    try (group) {
      return new LoadReports(
          group.nanos("every", 0.1, 1),
          group.word("mode", Mode.class, Mode.FRESH),
          group.nanos("from", 0, 0));
    }
  }
}
