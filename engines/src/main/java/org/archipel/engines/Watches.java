package org.archipel.engines;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Who looks after which engine. Changed under the keeper's lock or before the registry is shared;
 * {@link #find} at any time.
 */
final class Watches {
  /** A configured engine, the model as far as it matters to the look, and the watch of both. */
  private record Configured(int number, ModelSpec model, EngineSpec engine) {}

  private final RegistryOptions options;
  private final EngineProbe probe;
  private final EngineDiscovery discovery;
  private final CatalogKeeper keeper;
  private final Executor threads;
  private final Map<Integer, EngineWatch> byNumber = new ConcurrentHashMap<>();
  private final Map<EnginePlace, Configured> configured = new HashMap<>();
  private boolean started;
  private int next;

  Watches(RegistryOptions options, EngineHttp http, CatalogKeeper keeper, Executor threads) {
    this.options = options;
    this.probe = new EngineProbe(http, options.probeLimit());
    this.discovery = new EngineDiscovery(http, options.probeLimit());
    this.keeper = keeper;
    this.threads = threads;
  }

  Optional<EngineWatch> find(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** All watches begin, also those that are made later. */
  void start() {
    started = true;
    List.copyOf(byNumber.values()).forEach(threads::execute);
  }

  /** Waits until each engine of now was looked at once. */
  boolean awaitFirstLooks(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (EngineWatch watch : byNumber.values()) {
      if (!watch.awaitFirstLook(end - System.nanoTime())) {
        return false;
      }
    }
    return true;
  }

  /** Looks after a URL whose models are to be found out. */
  void discover(DiscoveryTarget target, String engineId) {
    watch(target.url().toString(), new TargetLook(discovery, target, engineId));
  }

  /**
   * Looks after exactly these configured engines, besides those that are discovered. A watch goes
   * on undisturbed where nothing changed.
   */
  List<Change> configure(List<ModelSpec> models, Roster roster, Instant now) {
    Map<EnginePlace, Configured> wanted = new LinkedHashMap<>();
    for (ModelSpec model : models) {
      for (EngineSpec engine : model.engines()) {
        EnginePlace place = new EnginePlace(model.id(), engine.id());
        wanted.put(place, new Configured(-1, alone(model), engine));
      }
    }
    Set<EnginePlace> left = new HashSet<>(configured.keySet());
    left.removeAll(wanted.keySet());
    left.forEach(place -> Optional.ofNullable(configured.remove(place)).ifPresent(this::stop));
    List<Change> changes = new ArrayList<>(roster.configure(models, left));
    wanted.forEach(
        (place, want) -> {
          Configured have = configured.get(place);
          if (have != null
              && have.model().equals(want.model())
              && have.engine().equals(want.engine())) {
            return;
          }
          if (have != null) {
            stop(have);
          }
          int number = watch(want);
          configured.put(place, new Configured(number, want.model(), want.engine()));
          changes.addAll(roster.describe(number, want.model(), want.engine(), now));
        });
    return changes;
  }

  /** Other engines and other aliases of a model are no news to one that looks at an engine. */
  private static ModelSpec alone(ModelSpec model) {
    return new ModelSpec(model.id(), List.of(), model.kind(), OptionalInt.empty(), List.of());
  }

  private int watch(Configured want) {
    EngineSpec engine = want.engine();
    String name = engine.id() + " for " + want.model().id() + " at " + engine.url();
    return watch(name, new SpecLook(probe, want.model(), engine));
  }

  private int watch(String name, EngineWatch.Look look) {
    int number = next++;
    EngineWatch watch =
        new EngineWatch(
            new EngineWatch.Subject(number, name, options.failuresBeforeDown()),
            look,
            new Pace(options, new SplittableRandom(options.jitterSeed() + number)),
            keeper,
            threads);
    byNumber.put(number, watch);
    if (started) {
      threads.execute(watch);
    }
    return number;
  }

  private void stop(Configured gone) {
    EngineWatch watch = byNumber.remove(gone.number());
    if (watch != null) {
      watch.stop();
    }
  }
}
