package org.archipel.simulator.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.FifoPool;
import org.archipel.scheduling.Pool;
import org.archipel.simulator.fleet.baseline.AristotePool;
import org.archipel.simulator.fleet.baseline.CacheAwarePool;
import org.archipel.simulator.fleet.baseline.LeastOutstandingPool;
import org.archipel.simulator.fleet.baseline.RoundRobinPool;

/** The policies that can be simulated, by the names that the command line knows. */
public final class Policies {
  /** Demands that may wait in front of a pool without limits of its own. */
  private static final int FIFO_QUEUE = 20_000;

  /** Makes the pool of a simulation. */
  interface Factory {
    Pool<Ticket> make(ScenarioPool pool, long seed);
  }

  private static final Map<String, Factory> ALL = new LinkedHashMap<>();

  static {
    ALL.put("fifo", (_, _) -> new FifoPool<>(FIFO_QUEUE));
    ALL.put("rr", (_, _) -> RoundRobinPool.plain());
    ALL.put("cw-rr", (_, _) -> RoundRobinPool.weighted());
    ALL.put("lor", (_, seed) -> LeastOutstandingPool.plain(seed));
    ALL.put("cw-lor", (_, seed) -> LeastOutstandingPool.weighted(seed));
    ALL.put("aristote", (_, _) -> AristotePool.asIs());
    ALL.put("aristote-tuned", (_, _) -> AristotePool.tuned());
    ALL.put("cache-aware", (_, _) -> new CacheAwarePool<>());
  }

  private Policies() {}

  /** All names, in the order in which they are shown. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Those compared when nobody says which. */
  public static List<String> usual() {
    return names();
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
