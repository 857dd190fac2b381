package org.archipel.scheduling;

/**
 * How long a demand waits, and behind how many.
 *
 * @param submittedNanos when the request first came, on the caller's monotonic clock; kept when a
 *     demand is submitted again after a failed attempt, so that it takes its original place
 * @param deadlineNanos the moment after which the first token is useless to the caller, on the same
 *     clock; {@link #CLASS_DEADLINE} when the caller named none
 * @param queueLimit how many demands may wait in the flow when this one comes (a key's « threshold
 *     »), at least 0; {@link Integer#MAX_VALUE} for the pool's own limits only
 */
public record Patience(long submittedNanos, long deadlineNanos, int queueLimit) {
  /** The deadline of the demand's class counts. */
  public static final long CLASS_DEADLINE = Long.MAX_VALUE;

  /** A demand without wishes of its own. */
  public static Patience from(long submittedNanos) {
    return new Patience(submittedNanos, CLASS_DEADLINE, Integer.MAX_VALUE);
  }
}
