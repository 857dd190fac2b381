package org.archipel.scheduling;

/**
 * Why a demand will not be started.
 *
 * @param reason the kind of refusal
 * @param retryAfterNanos after how long a new try has a chance, at least 0: for a queue that is too
 *     long, the wait that was predicted
 * @param ahead demands of the same flow that wait before it
 */
public record Refusal(Reason reason, long retryAfterNanos, int ahead) {
  /** Kinds of refusal. */
  public enum Reason {
    /** The pool has no engine that is up and may serve the demand. */
    NO_ENGINE,
    /** The queue has no place left. */
    QUEUE_FULL,
    /** The predicted wait is too long for the deadline, and the queue is growing. */
    PREDICTED_WAIT,
    /** The demand waited until its deadline could no longer be met. */
    DEADLINE_PASSED,
    /** It came from another site, and there is no room for visitors: it is better off at home. */
    NO_CREDIT
  }
}
