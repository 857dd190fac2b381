package org.archipel.scheduling;

import java.util.HashSet;
import java.util.Set;

/**
 * What one request asks of a pool. Immutable.
 *
 * @param flow who is charged, and how patient it is
 * @param tokens its expected size
 * @param prefix how its prompt begins
 * @param routing where it may run
 * @param patience how long it waits
 * @param excludedEngines ids of engines that already failed this request
 */
public record Demand(
    Flow flow,
    TokenEstimate tokens,
    Prefix prefix,
    RoutingMode routing,
    Patience patience,
    Set<String> excludedEngines) {

  public Demand {
    excludedEngines = Set.copyOf(excludedEngines);
  }

  /** This demand, not to be started on {@code engine} again. */
  public Demand without(String engine) {
    Set<String> excluded = new HashSet<>(excludedEngines);
    excluded.add(engine);
    return new Demand(flow, tokens, prefix, routing, patience, excluded);
  }
}
