package org.archipel.scheduling;

/**
 * Why a demand will not be started.
 *
 * @param reason the kind of refusal
 * @param retryAfterNanos after how long a new try has a chance, at least 0
 */
public record Refusal(Reason reason, long retryAfterNanos) {
  /** Kinds of refusal. */
  public enum Reason {
    /** The pool has no engine that is up and not excluded. */
    NO_ENGINE,
    /** The queue has no place left. */
    QUEUE_FULL,
    /** The demand waited until its deadline. */
    DEADLINE_PASSED
  }
}
