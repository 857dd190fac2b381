package org.archipel.scheduling;

import java.util.HashSet;
import java.util.Set;

/**
 * What a pool is told of an engine when it comes up.
 *
 * @param engine the engine's id
 * @param owner the organization that owns it
 * @param capacity what it can hold
 * @param speed how fast it is expected to be, until it is measured
 * @param labels what it is known to be: demands that want others never run there
 */
public record EngineProfile(
    String engine, String owner, EngineCapacity capacity, EngineSpeed speed, Set<String> labels) {
  public EngineProfile {
    labels = Set.copyOf(labels);
  }

  /** An engine of which nothing particular is known. */
  public EngineProfile(String engine, String owner, EngineCapacity capacity, EngineSpeed speed) {
    this(engine, owner, capacity, speed, Set.of());
  }

  /** The same with more labels. */
  public EngineProfile with(Set<String> more) {
    if (labels.containsAll(more)) {
      return this;
    }
    Set<String> all = new HashSet<>(labels);
    all.addAll(more);
    return new EngineProfile(engine, owner, capacity, speed, all);
  }
}
