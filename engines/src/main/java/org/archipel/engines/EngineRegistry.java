package org.archipel.engines;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The models of a site and the engines that serve them, probed without end. An engine that fails
 * leaves and comes back by itself; engines of which only a URL is known bring their models when
 * they are found. What is configured may change while it runs. Nothing is kept over a restart.
 *
 * <p>Thread-safe. Lookups and {@link #unreachable} neither block nor lock. Listeners are called one
 * at a time, on virtual threads of the registry (during {@link #subscribe} on the caller's), must
 * not block and must not subscribe others. An engine that accepts connections and answers nothing
 * is down after {@link RegistryOptions#failuresBeforeDown} probes of at most {@link
 * RegistryOptions#probeLimit}; it delays no other. What engines tell of their load is passed on and
 * kept nowhere here.
 */
public final class EngineRegistry implements ModelCatalog, AutoCloseable {
  private static final int MAX_PROBLEM = 300;

  private final CatalogKeeper keeper;
  private final EngineHttp http = new EngineHttp();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("engine-watch-", 0).factory());
  private final Watches watches;
  private final LoadPolls loads;
  private final AtomicBoolean started = new AtomicBoolean();

  /**
   * A registry that does nothing before {@link #start}.
   *
   * @param models what is configured
   * @param targets URLs whose types and models are to be found out; repeated URLs count once
   * @throws IllegalArgumentException when ids, aliases or URLs clash or are wrong; says which
   */
  public EngineRegistry(
      List<ModelSpec> models, List<DiscoveryTarget> targets, Clock clock, RegistryOptions options) {
    SpecRules.check(models);
    keeper = new CatalogKeeper(new Roster(models), clock);
    loads = new LoadPolls(http, keeper, threads, options);
    keeper.subscribe(loads);
    watches = new Watches(options, http, keeper, threads);
    Set<String> ids = new HashSet<>();
    models.forEach(model -> model.engines().forEach(engine -> ids.add(engine.id())));
    keeper.change((roster, now) -> watches.configure(models, roster, now));
    for (DiscoveryTarget target : distinct(targets)) {
      watches.discover(target, freeId(target, ids));
    }
  }

  private static List<DiscoveryTarget> distinct(List<DiscoveryTarget> targets) {
    Set<Object> urls = new LinkedHashSet<>();
    return targets.stream().filter(target -> urls.add(target.url())).toList();
  }

  private static String freeId(DiscoveryTarget target, Set<String> taken) {
    String id = EngineUrls.hostAndPort(target.url());
    String free = id;
    for (int number = 2; !taken.add(free); number++) {
      free = id + "-" + number;
    }
    return free;
  }

  /**
   * Checks what {@link #configure} demands of models together.
   *
   * @throws IllegalArgumentException when ids, aliases or URLs clash or are wrong; says which
   */
  public static void check(List<ModelSpec> models) {
    SpecRules.check(models);
  }

  /**
   * Begins to probe all engines at once, and returns.
   *
   * @throws IllegalStateException when called again
   */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("start: called twice (expected: once)");
    }
    keeper.change(
        (roster, now) -> {
          watches.start();
          return List.of();
        });
  }

  /**
   * Makes these the configured models, besides those that are discovered: what is new is probed,
   * what is gone gets no more requests, what did not change is not touched. Requests that run go on
   * in any case. All or nothing; listeners have heard of it when it returns.
   *
   * @param models all that are configured
   * @param draining ids of the engines that get no new requests for now, discovered ones too;
   *     unknown ids do no harm
   * @throws IllegalArgumentException when ids, aliases or URLs clash or are wrong; says which, and
   *     nothing has changed then
   */
  public void configure(List<ModelSpec> models, Set<String> draining) {
    SpecRules.check(models);
    keeper.change(
        (roster, now) -> {
          List<Change> changes = new ArrayList<>(watches.configure(models, roster, now));
          changes.addAll(roster.drain(draining));
          return changes;
        });
  }

  /** Waits until every engine was probed once, well or badly; false when the time was too short. */
  public boolean awaitFirstProbes(Duration limit) throws InterruptedException {
    return watches.awaitFirstLooks(limit);
  }

  @Override
  public Optional<ModelSpec> find(String nameOrAlias) {
    return Optional.ofNullable(keeper.view().byName().get(nameOrAlias));
  }

  @Override
  public List<ModelSpec> models() {
    return keeper.view().models();
  }

  @Override
  public OptionalInt contextWindow(String model) {
    return keeper.view().contextWindow(model);
  }

  @Override
  public Optional<EngineStatus> status(String model, String engine) {
    return keeper.view().engine(model, engine).map(EngineEntry::status);
  }

  @Override
  public void subscribe(EngineListener listener) {
    keeper.subscribe(listener);
  }

  /** How the polling of load went so far. */
  public LoadCounters loadCounters() {
    return loads.counters();
  }

  /**
   * {@inheritDoc}
   *
   * <p>All models of an engine that was discovered go down with it. Never blocks; the listeners
   * hear of it on another thread. Unknown engines are ignored.
   */
  @Override
  public void unreachable(String model, String engine, String problem) {
    String shown = problem.length() > MAX_PROBLEM ? problem.substring(0, MAX_PROBLEM) : problem;
    keeper
        .view()
        .engine(model, engine)
        .flatMap(entry -> watches.find(entry.watch()))
        .ifPresent(watch -> watch.unreachable(shown));
  }

  /** Ends all probes. After it returns, no listener is called and no state changes. */
  @Override
  public void close() {
    keeper.close();
    threads.shutdownNow();
    http.close();
  }
}
