package org.archipel.scheduling;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is left for other sites: places under the ceilings of owners, in the usual cost of those who
 * take one. While anybody of this site waits there is nothing. Not thread-safe.
 */
final class Offering {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  /** Until some were seen: a request of 512 tokens that is answered with 256. */
  private static final double USUAL_COST = 1_536;

  private static final double USUAL_TOKENS = 768;
  private static final double WEIGHT = 0.02;

  /** One place takes a large one too. */
  private static final double LARGE = 4;

  private final SchedulingOptions options;
  private final EngineTable engines;
  private final WaitingRoom<?> room;
  private final WaitForecast<?> forecast;
  private final LocalRules local;
  private double usualCost = USUAL_COST;
  private double usualTokens = USUAL_TOKENS;

  /** Of those engines that have a place: sums weighted by places. */
  private double open;

  private double prefill;
  private double pace;

  Offering(
      SchedulingOptions options,
      EngineTable engines,
      WaitingRoom<?> room,
      WaitForecast<?> forecast,
      LocalRules local) {
    this.options = options;
    this.engines = engines;
    this.room = room;
    this.forecast = forecast;
    this.local = local;
  }

  /** One is started: what is usual follows. */
  void started(double cost, long reserved) {
    usualCost += WEIGHT * (cost - usualCost);
    usualTokens += WEIGHT * ((double) reserved - usualTokens);
  }

  PoolOffer of(long now) {
    open = 0;
    prefill = 0;
    pace = 0;
    Map<ServiceClass, ClassOffer> classes = new EnumMap<>(ServiceClass.class);
    boolean waits = false;
    for (ServiceClass serviceClass : CLASSES) {
      waits |= homeWaits(serviceClass.rank());
      double places = waits ? 0 : places(serviceClass.rank(), now);
      double wait = places >= 1 ? 0 : forecast.ofVisitor(serviceClass);
      double credits = places < 1 ? 0 : usualCost * Math.max(places, LARGE);
      classes.put(serviceClass, new ClassOffer((long) credits, (long) (1e9 * wait)));
    }
    return open > 0
        ? new PoolOffer(classes, prefill / open, (long) (1e9 * pace / open))
        : new PoolOffer(classes, 1, 0);
  }

  private boolean homeWaits(int serviceClass) {
    List<Tenant> active = room.active();
    for (int i = 0; i < active.size(); i++) {
      if (!active.get(i).visiting() && active.get(i).waiting(serviceClass) > 0) {
        return true;
      }
    }
    return false;
  }

  private double places(int serviceClass, long now) {
    double all = 0;
    for (EngineGroup group : engines.groups()) {
      Tenant owner = group.tenant();
      if ((owner == null || owner.waiting() == 0) && local.ceilingAllows(group, serviceClass)) {
        all += places(group, serviceClass, now);
      }
    }
    return all;
  }

  private double places(EngineGroup group, int serviceClass, long now) {
    boolean guarded = options.has(Feature.LOCALITY) && group.ownerActive();
    double limits = 0;
    double free = 0;
    for (Engine engine : group.engines()) {
      limits += engine.up() ? engine.limit() : 0;
      if (engine.hasRoom(now) && !(guarded && engine.kept())) {
        double places = engine.places(usualTokens);
        free += places;
        open += places;
        prefill += places * engine.speed().prefillRate();
        pace += places * engine.speed().interToken(engine.batch() + 1);
      }
    }
    double ceiling = local.rules(serviceClass).externalCeiling();
    double allowed = guarded ? Math.ceil((ceiling - group.saturation()) * limits) : free;
    return Math.min(free, allowed);
  }
}
