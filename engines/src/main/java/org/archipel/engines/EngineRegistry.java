package org.archipel.engines;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The models of a site and the engines that serve them, probed without end. An engine that fails
 * leaves and comes back by itself; engines of which only a URL is known bring their models when
 * they are found. Nothing is kept over a restart: the engines themselves are the truth.
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
  private final List<EngineWatch> watches = new ArrayList<>();
  private final LoadPolls loads;
  private final CountDownLatch firstLooks;
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
    Roster roster = new Roster(models);
    List<Watched> all = new ArrayList<>();
    EngineProbe probe = new EngineProbe(http, options.probeLimit());
    EngineDiscovery discovery = new EngineDiscovery(http, options.probeLimit());
    Set<String> ids = new HashSet<>();
    Instant now = clock.instant();
    for (ModelSpec model : models) {
      for (EngineSpec engine : model.engines()) {
        roster.expect(all.size(), model, engine, now);
        ids.add(engine.id());
        String name = engine.id() + " for " + model.id() + " at " + engine.url();
        all.add(new Watched(name, new SpecLook(probe, model, engine)));
      }
    }
    for (DiscoveryTarget target : distinct(targets)) {
      String name = target.url().toString();
      all.add(new Watched(name, new TargetLook(discovery, target, freeId(target, ids))));
    }
    keeper = new CatalogKeeper(roster, clock);
    loads = new LoadPolls(http, keeper, threads, options);
    keeper.subscribe(loads);
    firstLooks = new CountDownLatch(all.size());
    for (Watched watched : all) {
      watches.add(watch(watched, options));
    }
  }

  /** What to watch, before it has a number. */
  private record Watched(String name, EngineWatch.Look look) {}

  private EngineWatch watch(Watched watched, RegistryOptions options) {
    int number = watches.size();
    return new EngineWatch(
        new EngineWatch.Subject(number, watched.name(), options.failuresBeforeDown()),
        watched.look(),
        new Pace(options, new SplittableRandom(options.jitterSeed() + number)),
        keeper,
        threads,
        firstLooks::countDown);
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
   * Begins to probe all engines at once, and returns.
   *
   * @throws IllegalStateException when called again
   */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("start: called twice (expected: once)");
    }
    watches.forEach(threads::execute);
  }

  /** Waits until every engine was probed once, well or badly; false when the time was too short. */
  public boolean awaitFirstProbes(Duration limit) throws InterruptedException {
    return firstLooks.await(limit.toNanos(), TimeUnit.NANOSECONDS);
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
        .ifPresent(entry -> watches.get(entry.watch()).unreachable(shown));
  }

  /** Ends all probes. After it returns, no listener is called and no state changes. */
  @Override
  public void close() {
    keeper.close();
    threads.shutdownNow();
    http.close();
  }
}
