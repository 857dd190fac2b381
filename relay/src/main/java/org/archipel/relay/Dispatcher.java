package org.archipel.relay;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineListener;
import org.archipel.engines.EngineProfiles;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.PrioritySense;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineBudget;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.Share;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of the site behind their locks. Thread-safe: called from all event loops and from the
 * engine registry. Decisions are carried out after the lock is released, each on the event loop of
 * its request.
 */
final class Dispatcher implements EngineListener {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** A pool's part in an engine. */
  private record Stake(ModelPool pool, String engine) {}

  /** A pool, the lock around it and the engines that it names. */
  private static final class ModelPool {
    private final ReentrantLock lock = new ReentrantLock();
    private final Pool<Exchange> pool;
    private final Map<String, EngineTarget> targets = new ConcurrentHashMap<>();
    private final Map<String, EngineBudget.Part> parts = new ConcurrentHashMap<>();

    ModelPool(Pool<Exchange> pool) {
      this.pool = pool;
    }

    List<Decision<Exchange>> locked(Function<Pool<Exchange>, List<Decision<Exchange>>> event) {
      lock.lock();
      try {
        return event.apply(pool);
      } finally {
        lock.unlock();
      }
    }
  }

  private final PoolFactory factory;
  private final Set<String> labels;
  private final Map<String, ModelPool> pools = new ConcurrentHashMap<>();
  private volatile Map<String, Share> shares = Map.of();

  /** An engine that serves several models takes so much from all of their pools together. */
  private final Map<String, EngineBudget> budgets = new ConcurrentHashMap<>();

  private final Map<EngineBudget.Part, Stake> stakes = new ConcurrentHashMap<>();

  /** Makes the pool of a model. */
  interface PoolFactory {
    Pool<Exchange> pool(String model);
  }

  /**
   * @param labels what the site promises, and so each of its engines
   */
  Dispatcher(PoolFactory factory, Set<String> labels) {
    this.factory = factory;
    this.labels = labels;
  }

  /** Asks for a permit. The exchange's search hears of what was decided. */
  void submit(String model, Demand demand, Exchange exchange) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.submit(demand, exchange, System.nanoTime())));
  }

  /** Stops waiting. False when a decision was already taken: then it is on its way. */
  boolean withdraw(String model, Exchange exchange) {
    ModelPool pool = poolOf(model);
    pool.lock.lock();
    try {
      return pool.pool.withdraw(exchange, System.nanoTime());
    } finally {
      pool.lock.unlock();
    }
  }

  /** Gives a permit back. */
  void complete(String model, Permit permit, Completion completion) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.complete(permit, completion, System.nanoTime())));
    EngineBudget.Part part = pool.parts.get(permit.engine());
    if (part != null && part.shared()) {
      part.budget().offer(this::startsThere);
    }
  }

  /** Offers a place on an engine that several pools use to one of them. */
  private boolean startsThere(EngineBudget.Part part, EngineBudget.Whose whose) {
    Stake stake = stakes.get(part);
    if (stake == null) {
      return false;
    }
    List<Decision<Exchange>> decisions =
        stake.pool().locked(p -> p.offered(stake.engine(), whose, System.nanoTime()));
    carryOut(stake.pool(), decisions);
    return !decisions.isEmpty();
  }

  private EngineBudget.Part partOf(ModelPool pool, String engine) {
    return pool.parts.computeIfAbsent(
        engine,
        id -> {
          EngineBudget.Part part = budgets.computeIfAbsent(id, _ -> new EngineBudget()).part();
          stakes.put(part, new Stake(pool, id));
          return part;
        });
  }

  /** The first token of a run came. */
  void firstToken(String model, Permit permit) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.firstToken(permit, System.nanoTime())));
  }

  /** A run has come to so many tokens. */
  void progressed(String model, Permit permit, long completionTokens) {
    ModelPool pool = poolOf(model);
    pool.lock.lock();
    try {
      pool.pool.progressed(permit, completionTokens, System.nanoTime());
    } finally {
      pool.lock.unlock();
    }
  }

  /** Lets time pass in all pools. */
  void tick() {
    for (ModelPool pool : pools.values()) {
      try {
        carryOut(pool, pool.locked(p -> p.tick(System.nanoTime())));
      } catch (RuntimeException e) {
        // The next tick has to come: without it no request would ever time out.
        LOG.error("time could not pass in a pool", e);
      }
    }
  }

  /**
   * Sets what organizations may have of others' engines, in all pools and those to come. A pool
   * that is made at this very moment may miss it until the next call.
   */
  void shares(Map<String, Share> agreed) {
    shares = Map.copyOf(agreed);
    for (ModelPool pool : pools.values()) {
      pool.lock.lock();
      try {
        pool.pool.shares(shares);
      } finally {
        pool.lock.unlock();
      }
    }
  }

  /** The pools as they are now, by model. */
  Map<String, PoolSnapshot> snapshots() {
    Map<String, PoolSnapshot> snapshots = new TreeMap<>();
    pools.forEach(
        (model, pool) -> {
          pool.lock.lock();
          try {
            snapshots.put(model, pool.pool.snapshot(System.nanoTime()));
          } finally {
            pool.lock.unlock();
          }
        });
    return snapshots;
  }

  /** What other sites offer for a model now, all of them. */
  void offered(String model, List<PeerOffer> offers) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.offers(offers, System.nanoTime())));
  }

  /** What the pools could do for other sites now, by model. */
  Map<String, PoolOffer> offers() {
    Map<String, PoolOffer> offers = new TreeMap<>();
    pools.forEach(
        (model, pool) -> {
          pool.lock.lock();
          try {
            offers.put(model, pool.pool.offer(System.nanoTime()));
          } finally {
            pool.lock.unlock();
          }
        });
    return offers;
  }

  /** Requests that wait for an engine. */
  int waiting() {
    int waiting = 0;
    for (ModelPool pool : pools.values()) {
      pool.lock.lock();
      try {
        waiting += pool.pool.waiting();
      } finally {
        pool.lock.unlock();
      }
    }
    return waiting;
  }

  /** Permits that are out. */
  int running() {
    int running = 0;
    for (ModelPool pool : pools.values()) {
      pool.lock.lock();
      try {
        running += pool.pool.running();
      } finally {
        pool.lock.unlock();
      }
    }
    return running;
  }

  @Override
  public void engineUp(String model, EngineSpec engine, Capabilities capabilities) {
    ModelPool pool = poolOf(model);
    EngineTarget known = pool.targets.get(engine.id());
    PrioritySense priority = capabilities.priority();
    if (known == null || !known.spec().equals(engine) || known.priority() != priority) {
      EngineTarget target = prepare(model, engine, priority);
      if (target == null) {
        return;
      }
      pool.targets.put(engine.id(), target);
    }
    EngineProfile profile = EngineProfiles.of(engine, capabilities).with(labels);
    EngineBudget.Part part = partOf(pool, engine.id());
    carryOut(pool, pool.locked(p -> p.engineUp(profile, part, System.nanoTime())));
  }

  @Override
  public void engineLoad(String model, String engine, EngineLoad load) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.observe(engine, load, System.nanoTime())));
  }

  @Override
  public void engineDown(String model, String engine) {
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.engineDown(engine, System.nanoTime())));
  }

  @Override
  public void engineGone(String model, String engine) {
    // Its target stays: a start may be on its way to it.
    ModelPool pool = poolOf(model);
    carryOut(pool, pool.locked(p -> p.engineGone(engine, System.nanoTime())));
    EngineBudget.Part part = pool.parts.remove(engine);
    if (part != null) {
      part.leave();
      stakes.remove(part);
    }
  }

  private static @Nullable EngineTarget prepare(
      String model, EngineSpec engine, PrioritySense priority) {
    try {
      return EngineTarget.of(model, engine, priority);
    } catch (SSLException | IllegalArgumentException e) {
      LOG.error("engine {} cannot be used: {}", engine.id(), e.getMessage());
      return null;
    }
  }

  private ModelPool poolOf(String model) {
    // Several times a request; only the first time may it lock.
    ModelPool known = pools.get(model);
    return known != null
        ? known
        : pools.computeIfAbsent(
            model,
            name -> {
              Pool<Exchange> pool = factory.pool(name);
              pool.shares(shares);
              return new ModelPool(pool);
            });
  }

  private static void carryOut(ModelPool pool, List<Decision<Exchange>> decisions) {
    for (Decision<Exchange> decision : decisions) {
      Exchange exchange = decision.ticket();
      exchange.onLoop(
          () -> {
            switch (decision) {
              case Decision.Start<Exchange> start ->
                  exchange.search().started(start.permit(), targetOf(pool, start.permit()));
              case Decision.Overflow<Exchange> overflow ->
                  exchange.search().overflowed(overflow.permit(), overflow.offer());
              case Decision.Refuse<Exchange> refuse -> exchange.search().refused(refuse.refusal());
            }
          });
    }
  }

  private static EngineTarget targetOf(ModelPool pool, Permit permit) {
    EngineTarget target = pool.targets.get(permit.engine());
    if (target == null) {
      throw new IllegalStateException("a permit for an engine that never came up");
    }
    return target;
  }
}
