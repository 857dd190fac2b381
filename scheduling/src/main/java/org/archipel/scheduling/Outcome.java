package org.archipel.scheduling;

/** How a permit's run ended, as far as scheduling cares. */
public enum Outcome {
  /** The engine answered to the end. */
  COMPLETED,
  /** The caller went away. */
  CANCELLED,
  /** The engine pushed back before the first byte (503, 529): busy, not broken. */
  PUSHED_BACK,
  /** The engine failed. */
  FAILED
}
