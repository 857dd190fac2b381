package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;

/** Who waits for what, and how the engines are that they wait for. */
final class QueueRoutes {
  private static final double NANOS = 1e9;

  /** Kept of a fraction: enough for people, and no noise of the last bits. */
  private static final double THOUSANDTHS = 1000;

  private final SiteState state;
  private final ModelCatalog catalog;

  QueueRoutes(SiteState state, ModelCatalog catalog) {
    this.state = state;
    this.catalog = catalog;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/queue", "getQueue", "The pools as they are now")
            .needs(Action.QUEUE_READ, Concern.SITE)
            .query("model", "Only the pool of this model, by id or alias")
            .lists(PoolView.class),
        this::queue);
  }

  private HttpResponse queue(Call call) {
    Optional<String> model = call.query("model").map(this::known);
    Map<String, PoolSnapshot> pools = state.pools();
    List<PoolView> views =
        pools.entrySet().stream()
            .filter(pool -> model.isEmpty() || model.get().equals(pool.getKey()))
            .sorted(Map.Entry.comparingByKey())
            .map(pool -> view(pool.getKey(), pool.getValue()))
            .toList();
    return call.json().answer(HttpStatus.OK, new Items<>(views));
  }

  private String known(String nameOrAlias) {
    return catalog
        .find(nameOrAlias)
        .map(ModelSpec::id)
        .orElseThrow(
            () -> Refusal.notFound("model: unknown (expected: one that this site serves)"));
  }

  private static PoolView view(String model, PoolSnapshot pool) {
    int waiting = pool.flows().stream().mapToInt(FlowSnapshot::waiting).sum();
    int running = pool.engines().stream().mapToInt(EngineSnapshot::running).sum();
    long oldest = pool.flows().stream().mapToLong(FlowSnapshot::oldestWaitNanos).max().orElse(0);
    return new PoolView(
        model,
        rounded(pool.saturation()),
        waiting,
        running,
        rounded(oldest / NANOS),
        pool.flows().stream().map(QueueRoutes::view).toList(),
        pool.engines().stream().map(QueueRoutes::view).toList(),
        pool.counters());
  }

  static FlowView view(FlowSnapshot flow) {
    return new FlowView(
        flow.flow().organization(),
        flow.flow().project(),
        word(flow.flow().serviceClass()),
        flow.waiting(),
        rounded(flow.waitingCost()),
        flow.running(),
        rounded(flow.oldestWaitNanos() / NANOS),
        rounded(flow.virtualTimeLag()));
  }

  static QueueEngineView view(EngineSnapshot engine) {
    return new QueueEngineView(
        engine.engine(),
        engine.owner(),
        word(engine.state()),
        engine.running(),
        engine.limit(),
        engine.tokens(),
        engine.tokenLimit(),
        rounded(engine.saturation()),
        rounded(engine.prefillTokensPerSecond()),
        rounded(engine.interTokenSeconds()),
        engine.loadAgeNanos() < 0
            ? OptionalDouble.empty()
            : rounded(engine.loadAgeNanos() / NANOS));
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** JSON has no word for what is not a number: then it is absent. */
  static OptionalDouble rounded(double value) {
    return Double.isFinite(value)
        ? OptionalDouble.of(Math.rint(value * THOUSANDTHS) / THOUSANDTHS)
        : OptionalDouble.empty();
  }

  private record PoolView(
      String model,
      OptionalDouble saturation,
      int waiting,
      int running,
      OptionalDouble oldestWaitSeconds,
      List<FlowView> flows,
      List<QueueEngineView> engines,
      PoolCounters counters) {}

  record FlowView(
      String organization,
      String project,
      @JsonProperty("class") String serviceClass,
      int waiting,
      OptionalDouble waitingCost,
      int running,
      OptionalDouble oldestWaitSeconds,
      OptionalDouble virtualTimeLag) {}

  record QueueEngineView(
      String engine,
      String owner,
      String state,
      int running,
      int limit,
      long tokens,
      long tokenLimit,
      OptionalDouble saturation,
      OptionalDouble prefillTokensPerSecond,
      OptionalDouble interTokenSeconds,
      OptionalDouble loadAgeSeconds) {}
}
