package org.archipel.simulator;

import java.util.ArrayDeque;
import java.util.List;

/** Faults set by a test for the requests to come. All methods may be called from any thread. */
final class FaultQueue {
  private final ArrayDeque<Faults> next = new ArrayDeque<>();
  private Faults usual = Faults.none();

  synchronized void add(List<Faults> faults) {
    next.addAll(faults);
  }

  synchronized void usual(Faults faults) {
    usual = faults;
  }

  /** Those of the next request. */
  synchronized Faults take() {
    Faults first = next.poll();
    return first == null ? usual : first;
  }
}
