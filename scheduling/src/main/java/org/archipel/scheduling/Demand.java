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
 * @param reach whether it may leave the site
 */
public record Demand(
    Flow flow,
    TokenEstimate tokens,
    Prefix prefix,
    RoutingMode routing,
    Patience patience,
    Set<String> excludedEngines,
    Reach reach) {

  public Demand {
    excludedEngines = Set.copyOf(excludedEngines);
  }

  /** A demand of this site. */
  public Demand(
      Flow flow,
      TokenEstimate tokens,
      Prefix prefix,
      RoutingMode routing,
      Patience patience,
      Set<String> excludedEngines) {
    this(flow, tokens, prefix, routing, patience, excludedEngines, Reach.HOME);
  }

  /** This demand, not to be started on {@code engine} again. */
  public Demand without(String engine) {
    Set<String> excluded = new HashSet<>(excludedEngines);
    excluded.add(engine);
    return new Demand(flow, tokens, prefix, routing, patience, excluded, reach);
  }

  /** This demand, not to be sent to {@code site} again. */
  public Demand refusedBy(String site) {
    return reaching(reach.without(site));
  }

  /** This demand with another reach. */
  public Demand reaching(Reach changed) {
    return new Demand(flow, tokens, prefix, routing, patience, excludedEngines, changed);
  }

  /** Whether there may be engines on which it must not run. */
  boolean choosy() {
    return !excludedEngines.isEmpty() || !reach.labels().isEmpty();
  }

  /** Whether it must not run there: it failed there, or demands what the engine is not. */
  boolean bars(Engine engine) {
    return excludedEngines.contains(engine.id()) || !engine.has(reach.labels());
  }

  /** Whether it had a place already and comes back after an attempt that failed. */
  boolean returns() {
    return !excludedEngines.isEmpty() || !reach.refusedBy().isEmpty();
  }
}
