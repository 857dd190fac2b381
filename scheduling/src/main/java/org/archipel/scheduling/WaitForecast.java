package org.archipel.scheduling;

import java.util.List;

/**
 * How long a demand will wait, by the fluid model of weighted fair queueing (generalized processor
 * sharing, Parekh and Gallager 1993): until what is ahead of it in its own organization is started,
 * every other organization has got as much per weight, as far as it has that much waiting. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class WaitForecast<T> {
  private static final double RUN_WEIGHT = 0.02;
  private static final double COUNT_SLACK = 2;
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  private final WaitingRoom<T> room;
  private final SchedulingOptions options;
  private final DrainRate external = new DrainRate();
  private double runSeconds = 1;

  WaitForecast(SchedulingOptions options, WaitingRoom<T> room) {
    this.options = options;
    this.room = room;
  }

  /** A run to its end took so long. */
  void ran(double seconds) {
    runSeconds += RUN_WEIGHT * (seconds - runSeconds);
  }

  /**
   * Seconds until the whole queue is started, by counting (Little's law): a second opinion, for who
   * is refused on a forecast. Places that are held for long by a few slow callers make the measured
   * rate small, not the queue long.
   */
  double counted(int running) {
    return COUNT_SLACK * room.size() * runSeconds / Math.max(1, running);
  }

  /** The rate at which demands of others are started. */
  DrainRate external() {
    return external;
  }

  /** Seconds until a demand of that flow, coming now, would start. */
  double seconds(Tenant tenant, ServiceClass serviceClass, RoutingMode mode) {
    return seconds(tenant, serviceClass, mode, tenant.waitingCost(serviceClass.rank()));
  }

  /**
   * Seconds until one of that flow would start that has so much of its own organization's cost
   * ahead of it in its class.
   */
  double seconds(Tenant tenant, ServiceClass serviceClass, RoutingMode mode, double ahead) {
    int chosen = serviceClass.rank();
    EngineGroup own = tenant.engines();
    double local = Double.POSITIVE_INFINITY;
    if (own != null && own.anyUp() && options.has(Feature.LOCALITY)) {
      local = classes(ahead, chosen, tenant) / own.drain().perSecond();
      if (mode != RoutingMode.ANY) {
        return local;
      }
    }
    return Math.min(local, elsewhere(tenant, chosen, ahead) / external.perSecond());
  }

  /** Seconds until a visitor of an organization that has nothing waiting here would start. */
  double ofVisitor(ServiceClass serviceClass) {
    double ahead = 0;
    for (int c = 0; c <= serviceClass.rank(); c++) {
      ahead += waitingCost(room.active(), c);
    }
    return ahead / external.perSecond();
  }

  /** What the owner's engines do until then: other classes have got as much per weight. */
  private double classes(double ahead, int chosen, Tenant tenant) {
    double total = ahead;
    double weight = options.rules(CLASSES[chosen]).weight();
    for (int i = 0; i < CLASSES.length; i++) {
      if (i != chosen) {
        double theirs = options.rules(CLASSES[i]).weight() / weight;
        total += Math.min(tenant.waitingCost(i), ahead * theirs);
      }
    }
    return total;
  }

  private double elsewhere(Tenant tenant, int chosen, double ahead) {
    List<Tenant> active = room.active();
    double inClass = ahead;
    for (int i = 0; i < active.size(); i++) {
      Tenant other = active.get(i);
      if (other != tenant) {
        double share = ahead * other.weight() / tenant.weight();
        inClass += Math.min(other.waitingCost(chosen), share);
      }
    }
    double weight = options.rules(CLASSES[chosen]).weight();
    double total = inClass;
    for (int c = 0; c < CLASSES.length; c++) {
      if (c != chosen && room.externalWaiting()[c] > 0) {
        double theirs = options.rules(CLASSES[c]).weight() / weight;
        total += Math.min(waitingCost(active, c), inClass * theirs);
      }
    }
    return total;
  }

  private static double waitingCost(List<Tenant> active, int serviceClass) {
    double sum = 0;
    for (int i = 0; i < active.size(); i++) {
      sum += active.get(i).waitingCost(serviceClass);
    }
    return sum;
  }
}
