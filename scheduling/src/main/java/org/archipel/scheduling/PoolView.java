package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Makes the picture of a pool at one moment. */
final class PoolView {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  private final EngineTable engines;
  private final VirtualTimes times;
  private final long now;

  PoolView(EngineTable engines, VirtualTimes times, long now) {
    this.engines = engines;
    this.times = times;
    this.now = now;
  }

  PoolSnapshot of(
      Collection<Tenant> tenants,
      PoolCounters counters,
      PoolFairness fairness,
      ForecastErrors forecasts,
      List<PeerSnapshot> peers) {
    double rates = 0;
    double loads = 0;
    for (EngineGroup group : engines.groups()) {
      rates += group.rates();
      loads += group.loads();
    }
    List<EngineSnapshot> shown = new ArrayList<>();
    for (Engine engine : engines.all()) {
      if (!engines.over(engine)) {
        shown.add(engine(engine));
      }
    }
    List<FlowSnapshot> flows = new ArrayList<>();
    for (Tenant tenant : tenants) {
      for (Project<?> project : tenant.projects().values()) {
        for (ServiceClass serviceClass : CLASSES) {
          flow(tenant, project, serviceClass, flows);
        }
      }
    }
    return new PoolSnapshot(
        rates > 0 ? Math.max(0, loads / rates) : 0,
        List.copyOf(flows),
        List.copyOf(shown),
        counters,
        fairness,
        forecasts,
        peers);
  }

  private void flow(
      Tenant tenant, Project<?> project, ServiceClass serviceClass, List<FlowSnapshot> flows) {
    int c = serviceClass.rank();
    int waiting = project.waiting(c);
    int running = project.running(c);
    if (waiting == 0 && running == 0) {
      return;
    }
    double cost = 0;
    long oldest = now;
    for (RoutingMode mode : RoutingMode.values()) {
      FlowLine<?> line = project.line(c, mode);
      if (line != null) {
        cost += line.cost();
        Waiting<?> first = line.first();
        oldest = first == null ? oldest : Math.min(oldest, first.enqueued());
      }
    }
    flows.add(
        new FlowSnapshot(
            new Flow(tenant.name(), project.name(), serviceClass),
            waiting,
            cost,
            running,
            now - oldest,
            tenant.externalTime() - times.now()));
  }

  private EngineSnapshot engine(Engine engine) {
    EngineSnapshot.State state =
        !engine.up()
            ? EngineSnapshot.State.DOWN
            : engine.breaker().open() ? EngineSnapshot.State.BREAKER_OPEN : EngineSnapshot.State.UP;
    return new EngineSnapshot(
        engine.id(),
        engine.group().owner(),
        state,
        engine.running(),
        engine.limit(),
        engine.tokens(),
        engine.tokenLimit(),
        engine.saturation(),
        engine.speed().prefillRate(),
        engine.speed().interToken(Math.max(1, engine.batch())),
        engine.reportedAt() < 0 ? -1 : now - engine.reportedAt());
  }
}
