package org.archipel.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Who may wait, and when those should come back who may not. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Admission<T> {
  /** A visitor that would wait for longer is sent back at once. */
  private static final double VISITOR_WAIT_SECONDS = 0.5;

  private final SchedulingOptions options;
  private final EngineTable engines;
  private final WaitingRoom<T> room;
  private final WaitForecast<T> forecast;
  private final Deadlines deadlines;

  Admission(
      SchedulingOptions options,
      EngineTable engines,
      WaitingRoom<T> room,
      WaitForecast<T> forecast,
      Deadlines deadlines) {
    this.options = options;
    this.engines = engines;
    this.room = room;
    this.forecast = forecast;
    this.deadlines = deadlines;
  }

  /** Whether an engine is up that may serve it, be it full. */
  boolean anyEngine(Demand demand, Tenant tenant) {
    EngineGroup own = tenant.engines();
    boolean ownOnly = demand.routing() == RoutingMode.LOCAL_ONLY && options.has(Feature.LOCALITY);
    if (demand.choosy()) {
      for (Engine engine : engines.all()) {
        if (engine.up() && (!ownOnly || engine.group() == own) && !demand.bars(engine)) {
          return true;
        }
      }
      return false;
    }
    if (ownOnly) {
      return own != null && own.anyUp();
    }
    for (int i = 0; i < engines.groups().size(); i++) {
      if (engines.groups().get(i).anyUp()) {
        return true;
      }
    }
    return false;
  }

  /** Whether an engine is known, be it down, that may serve it once it is up. */
  boolean anyKnown(Demand demand, Tenant tenant) {
    boolean ownOnly = demand.routing() == RoutingMode.LOCAL_ONLY && options.has(Feature.LOCALITY);
    for (Engine engine : engines.named()) {
      if ((!ownOnly || engine.group() == tenant.engines()) && !demand.bars(engine)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why it may not even wait, if so.
   *
   * @param growing whether the queue is longer than a moment ago
   * @param running permits that are out
   */
  Refusal.@Nullable Reason refusal(Waiting<T> waiting, boolean growing, int running, long now) {
    Demand demand = waiting.demand();
    // One that came back after a failed attempt had a place already and is not sent away for it.
    if (demand.returns()) {
      return null;
    }
    Tenant tenant = waiting.tenant();
    ServiceClass serviceClass = demand.flow().serviceClass();
    if (tenant.visiting() && forecast.ofVisitor(serviceClass) > VISITOR_WAIT_SECONDS) {
      return Refusal.Reason.NO_CREDIT;
    }
    if (room.size() >= options.queue().total()
        || tenant.waiting() >= options.queue().perOrganization()
        || waiting.project().waiting(serviceClass.rank()) >= demand.patience().queueLimit()) {
      return Refusal.Reason.QUEUE_FULL;
    }
    if (options.has(Feature.EARLY_REFUSAL) && growing) {
      double wait = 1e9 * forecast.seconds(tenant, serviceClass, demand.routing());
      double counted = 1e9 * forecast.counted(running);
      double expected = Math.min(wait, counted);
      if (expected > deadlines.longestWait(waiting, now)) {
        return Refusal.Reason.PREDICTED_WAIT;
      }
      waiting.forecast(expected / 1e9);
    }
    return null;
  }

  /**
   * Seconds until those ahead are served or, at the latest, dropped: nobody waits for longer than
   * makes sense.
   */
  double comeBackIn(Waiting<T> waiting, Refusal.Reason reason, long now) {
    Flow flow = waiting.demand().flow();
    double wait =
        forecast.seconds(waiting.tenant(), flow.serviceClass(), waiting.demand().routing());
    if (reason == Refusal.Reason.DEADLINE_PASSED) {
      return wait;
    }
    long gone = now;
    for (RoutingMode mode : RoutingMode.values()) {
      FlowLine<T> line = waiting.project().line(flow.serviceClass().rank(), mode);
      Waiting<T> last = line == null ? null : line.last();
      gone = last == null ? gone : Math.max(gone, deadlines.dropAt(last));
    }
    return gone == now ? wait : Math.min(wait, (gone - now) / 1e9);
  }
}
