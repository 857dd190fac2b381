package org.archipel.scheduling;

/** Where a demand may run, as far as its caller decides. */
public enum RoutingMode {
  /** On any engine, here or at a partner. */
  ANY(0),
  /** On engines of the caller's organization as long as one can serve soon, else anywhere. */
  LOCAL_FIRST(1),
  /** On engines of the caller's organization only. */
  LOCAL_ONLY(2);

  private final int index;

  RoutingMode(int index) {
    this.index = index;
  }

  int index() {
    return index;
  }
}
