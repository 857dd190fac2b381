package org.archipel.federation.trust;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often what was refused, since the start. Thread-safe. */
public final class TrustCounters {
  private final Map<Distrust, LongAdder> refused = new EnumMap<>(Distrust.class);

  /** All at nothing. */
  public TrustCounters() {
    for (Distrust reason : Distrust.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  /** Counts a refusal. */
  public void refused(Distrust reason) {
    LongAdder counter = refused.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Refusals by reason, all reasons in it. */
  public Map<Distrust, Long> refused() {
    Map<Distrust, Long> counts = new EnumMap<>(Distrust.class);
    refused.forEach((reason, counter) -> counts.put(reason, counter.sum()));
    return counts;
  }
}
