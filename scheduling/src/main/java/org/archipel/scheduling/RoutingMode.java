package org.archipel.scheduling;

/** Where a demand may run, as far as its caller decides. */
public enum RoutingMode {
  /** On any engine, here or at a partner. */
  ANY,
  /** On engines of the caller's organization as long as one can serve soon, else anywhere. */
  LOCAL_FIRST,
  /** On engines of the caller's organization only. */
  LOCAL_ONLY
}
