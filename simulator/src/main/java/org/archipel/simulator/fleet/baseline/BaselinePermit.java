package org.archipel.simulator.fleet.baseline;

import org.archipel.scheduling.Permit;

/** What a baseline knows of a run. */
final class BaselinePermit extends Permit {
  private final Target target;
  private final long startedNanos;
  private boolean forgotten;

  BaselinePermit(Target target, long startedNanos) {
    super(target.id());
    this.target = target;
    this.startedNanos = startedNanos;
  }

  Target target() {
    return target;
  }

  long startedNanos() {
    return startedNanos;
  }

  boolean end() {
    return giveBack();
  }

  /** True the first time: whoever counts it among those in flight counts it out. */
  boolean forget() {
    boolean first = !forgotten;
    forgotten = true;
    return first;
  }
}
