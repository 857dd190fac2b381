package org.archipel.simulator.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.archipel.scheduling.ClassRules;
import org.archipel.scheduling.FairPool;
import org.archipel.scheduling.Feature;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.ServiceClass;
import org.archipel.simulator.fleet.baseline.AristotePool;
import org.archipel.simulator.fleet.baseline.CacheAwarePool;
import org.archipel.simulator.fleet.baseline.LeastOutstandingPool;
import org.archipel.simulator.fleet.baseline.RoundRobinPool;

/** The policies that can be simulated, by the names that the command line knows. */
public final class Policies {
  /** Makes the pool of a simulation. */
  interface Factory {
    Pool<Ticket> make(ScenarioPool pool, long seed);
  }

  /** What the names begin with under which a part of the policy is left out. */
  private static final String ABLATION = "archipel-no-";

  /** Those that make sites of owners: they are for studies that ask for them. */
  private static final Set<String> SITES = Set.of("isolated", "federated");

  private static final Map<String, Factory> ALL = new LinkedHashMap<>();

  static {
    ALL.put("archipel", (pool, seed) -> new FairPool<>(options(pool, seed)));
    ALL.put("rr", (_, _) -> RoundRobinPool.plain());
    ALL.put("cw-rr", (_, _) -> RoundRobinPool.weighted());
    ALL.put("lor", (_, seed) -> LeastOutstandingPool.plain(seed));
    ALL.put("cw-lor", (_, seed) -> LeastOutstandingPool.weighted(seed));
    ALL.put("aristote", (_, _) -> AristotePool.asIs());
    ALL.put("aristote-tuned", (_, _) -> AristotePool.tuned());
    ALL.put("cache-aware", (_, _) -> new CacheAwarePool<>());
    ALL.put("isolated", (pool, seed) -> sites(pool, seed, false));
    ALL.put("federated", (pool, seed) -> sites(pool, seed, true));
    for (Feature feature : Feature.values()) {
      String part = feature.name().toLowerCase(Locale.ROOT).replace('_', '-');
      ALL.put(
          ABLATION + part, (pool, seed) -> new FairPool<>(options(pool, seed).without(feature)));
    }
  }

  private Policies() {}

  /** All names, in the order in which they are shown. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Those compared when nobody says which. */
  public static List<String> usual() {
    return names().stream()
        .filter(name -> !name.startsWith(ABLATION) && !SITES.contains(name))
        .toList();
  }

  /** Each owner's engines are a site of their own. */
  private static Pool<Ticket> sites(ScenarioPool pool, long seed, boolean helping) {
    return new SitesPool(site -> new FairPool<>(options(pool, seed + site.hashCode())), helping);
  }

  /** The policy of production, with the first-token objective of the scenario as its deadline. */
  private static SchedulingOptions options(ScenarioPool pool, long seed) {
    SchedulingOptions options = SchedulingOptions.DEFAULTS.withSeed(seed);
    for (ServiceClass serviceClass : List.of(ServiceClass.INTERACTIVE, ServiceClass.STANDARD)) {
      ClassRules usual = ClassRules.of(serviceClass);
      options =
          options.with(
              serviceClass,
              new ClassRules(
                  usual.weight(),
                  pool.objective().ttftNanos(),
                  usual.ageingNanos(),
                  usual.externalCeiling(),
                  usual.localPatienceNanos(),
                  usual.affinityPatienceNanos()));
    }
    return options;
  }

  static Pool<Ticket> make(String name, ScenarioPool pool, long seed) {
    Factory factory = ALL.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "policy: " + name + " (expected: one of " + String.join(", ", names()) + ")");
    }
    return factory.make(pool, seed);
  }
}
