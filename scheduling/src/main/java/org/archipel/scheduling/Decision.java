package org.archipel.scheduling;

/**
 * What a pool decided about one ticket. The caller carries decisions out in the order they come.
 *
 * @param <T> the caller's ticket for a demand
 */
public sealed interface Decision<T> {
  /** The ticket that the decision is about. */
  T ticket();

  /** Run the demand on the permit's engine. */
  record Start<T>(T ticket, Permit permit) implements Decision<T> {}

  /** Tell the caller no. */
  record Refuse<T>(T ticket, Refusal refusal) implements Decision<T> {}
}
