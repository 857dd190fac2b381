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

  /**
   * Send the demand to another site. If that does not take it, the permit is given back as {@link
   * Outcome#PUSHED_BACK} (it has no room) or {@link Outcome#FAILED} (it cannot be reached), and the
   * demand submitted again with {@link Demand#refusedBy}: it takes its original place.
   *
   * @param permit one like another; its {@link Permit#engine} is the id of the site
   * @param offer what the site offered when it was chosen
   */
  record Overflow<T>(T ticket, Permit permit, PeerOffer offer) implements Decision<T> {}

  /** Tell the caller no. */
  record Refuse<T>(T ticket, Refusal refusal) implements Decision<T> {}
}
