package org.archipel.scheduling;

/**
 * What a pool has left for visitors of one class.
 *
 * @param credits what could be started now, in normalized prompt tokens, at least 0
 * @param expectedWaitNanos how long one more would wait, at least 0
 */
public record ClassOffer(long credits, long expectedWaitNanos) {
  /** There is no room. */
  public static final ClassOffer NONE = new ClassOffer(0, 0);

  public ClassOffer {
    Checks.notNegative("credits", (double) credits);
    Checks.notNegative("expected_wait", (double) expectedWaitNanos);
  }
}
