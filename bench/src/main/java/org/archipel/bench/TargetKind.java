package org.archipel.bench;

/** What is measured. */
enum TargetKind {
  /** The neutral upstream itself, nothing in between. */
  DIRECT("direct"),
  NGINX("nginx"),
  ARCHIPEL_STRICT("archipel"),
  /** Does not wait for the usage record before it lets the answer end. */
  ARCHIPEL_RELAXED("archipel relaxed"),
  /** Another checkout, without the quotas, prices and entitlements that it may not know. */
  ARCHIPEL_BEFORE("archipel before");

  private final String title;

  TargetKind(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  boolean archipel() {
    return governed() || this == ARCHIPEL_BEFORE;
  }

  /** Whether everything is on that an institution would have on. */
  boolean governed() {
    return this == ARCHIPEL_STRICT || this == ARCHIPEL_RELAXED;
  }
}
