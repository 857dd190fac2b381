package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What only time changes: limits, weights, deadlines, ageing, and whether the queue grows. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Upkeep<T> {
  private static final long WEIGHTS_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SPEEDS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long QUEUE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  // The dynamic reserve of scheduling.md §5.1: what an owner uses and a quarter more, within 10 to
  // 40 %, and as much as makes up for engines not being divisible.
  private static final double KEEP_MARGIN = 1.25;
  private static final double LEAST_KEPT = 0.10;
  private static final double MOST_KEPT = 0.40;
  private static final double KEEP_SLACK = 0.05;

  // A request of the usual size, for the first guess of what engines can do.
  private static final int USUAL_PROMPT = 512;
  private static final int USUAL_COMPLETION = 256;
  private static final int USUAL_BATCH = 64;

  private final SchedulingOptions options;
  private final WaitingRoom<T> room;
  private Map<String, Share> shares = Map.of();
  private long weighedAt;
  private long speedsAt;
  private long queueAt;
  private int queueBefore;
  private int queueNow;
  private final FairnessWatch watch = new FairnessWatch();

  Upkeep(SchedulingOptions options, WaitingRoom<T> room) {
    this.options = options;
    this.room = room;
  }

  // ---------------------------------------------------------------- engines

  void engines(EngineTable engines, Fitness fitness, long now) {
    List<Engine> all = engines.all();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).pass(now);
    }
    if (now - speedsAt >= SPEEDS_EVERY_NANOS) {
      speedsAt = now;
      fitness.refresh();
      for (EngineGroup group : engines.groups()) {
        group.forgetSums();
      }
      for (Engine engine : all) {
        engine.refresh(now);
        engine.recount();
      }
      for (EngineGroup group : engines.groups()) {
        keep(group, now);
      }
    }
  }

  /**
   * Keeps the fastest engines of an owner free of others' demands, as far as the owner uses that
   * much: on an engine that is full of others even the first in line waits for their prompts and
   * long steps. Engines that would be more than it uses are shared up to the ceiling.
   */
  private static void keep(EngineGroup group, long now) {
    double use = group.usedShare(now);
    double left =
        group.ownerActive() ? Math.clamp(use * KEEP_MARGIN, LEAST_KEPT, MOST_KEPT) + KEEP_SLACK : 0;
    List<Engine> own = new ArrayList<>(group.engines());
    own.sort(Comparator.comparingDouble((Engine e) -> -e.speed().prefillRate()));
    for (Engine engine : own) {
      double share = group.rates() > 0 ? engine.speed().prefillRate() / group.rates() : 1;
      boolean keep = engine.up() && share <= left;
      left -= keep ? share : 0;
      engine.kept(keep);
    }
  }

  void enginesChanged(EngineTable engines, Fitness fitness, WaitForecast<T> forecast) {
    fitness.refresh();
    double total = 0;
    for (EngineGroup group : engines.groups()) {
      group.capacity(0);
    }
    for (Engine engine : engines.all()) {
      if (engine.up()) {
        double capacity = capacity(engine);
        engine.group().capacity(engine.group().capacity() + capacity);
        total += capacity;
      }
    }
    for (EngineGroup group : engines.groups()) {
      group.drain().expect(group.capacity());
    }
    forecast.external().expect(total);
  }

  /** Normalized prompt tokens per second that an engine can probably do. */
  private double capacity(Engine engine) {
    int batch = Math.min(engine.maxConcurrency(), USUAL_BATCH);
    SpeedEstimate speed = engine.speed();
    double seconds =
        USUAL_PROMPT / speed.prefillRate() + USUAL_COMPLETION * speed.interToken(batch) / batch;
    return options.cost().of(USUAL_PROMPT, 0, USUAL_COMPLETION) / seconds;
  }

  // ---------------------------------------------------------------- weights

  /** A run ended: its organization took, the engine's owner gave. */
  void served(Run run, EngineGroup group, double cost, WaitingRoom<T> tenants) {
    if (!run.start().local() && cost > 0) {
      run.start().tenant().contribution().took(cost);
      tenants.tenant(group.owner()).contribution().gave(cost);
    }
  }

  /** Other shares are agreed. */
  void shares(WaitingRoom<T> tenants, Map<String, Share> agreed) {
    shares = Map.copyOf(agreed);
    reweigh(tenants);
  }

  void weights(WaitingRoom<T> tenants, long now) {
    if (now - weighedAt < WEIGHTS_EVERY_NANOS) {
      return;
    }
    double seconds = (now - weighedAt) / 1e9;
    weighedAt = now;
    for (Tenant tenant : tenants.everybody()) {
      tenant.contribution().fade(seconds);
    }
    reweigh(tenants);
  }

  private void reweigh(WaitingRoom<T> tenants) {
    for (Tenant tenant : tenants.everybody()) {
      Share share = shares.getOrDefault(tenant.name(), Share.EQUAL);
      double own = options.has(Feature.CONTRIBUTION) ? tenant.contribution().factor() : 1;
      tenant.weight(share.weight() * share.contribution() * own);
    }
  }

  // ---------------------------------------------------------------- fairness

  void watch(long now) {
    watch.observe(room.tenants().values(), now);
  }

  PoolFairness fairness() {
    return watch.of(room.tenants().values());
  }

  // ---------------------------------------------------------------- the queue

  /** Whether the queue is longer than a second ago. */
  boolean growing() {
    return room.size() >= queueBefore && room.size() > 0;
  }

  void observeQueue(long now) {
    if (now - queueAt >= QUEUE_EVERY_NANOS) {
      queueAt = now;
      queueBefore = queueNow;
      queueNow = room.size();
    }
  }

  /** Somebody came to wait, or left: what drains while nobody waits is no measure of pace. */
  void waitingChanged(Tenant tenant, WaitForecast<T> forecast, long now) {
    EngineGroup own = tenant.engines();
    if (own != null) {
      own.drain().waiting(tenant.waiting() > 0, now);
    }
    forecast.external().waiting(!room.active().isEmpty(), now);
  }
}
