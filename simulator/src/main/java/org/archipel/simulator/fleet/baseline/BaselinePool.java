package org.archipel.simulator.fleet.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.Share;
import org.jspecify.annotations.Nullable;

/**
 * A router without a queue: every demand goes to an engine at once and waits there if it must.
 *
 * @param <T> the caller's ticket for a demand
 */
abstract class BaselinePool<T> implements Pool<T> {
  private static final long RETRY_AFTER_NANOS = 1_000_000_000L;

  private final List<Target> targets = new ArrayList<>();
  private final Map<String, Target> byName = new HashMap<>();
  private int running;
  private long dispatched;
  private long noEngine;

  /** The engine for a demand, or null when none may serve it. */
  abstract @Nullable Target choose(Demand demand, List<Target> among);

  @Override
  public List<Decision<T>> submit(Demand demand, T ticket, long now) {
    Target target = choose(demand, targets);
    return List.of(target == null ? refuse(ticket) : start(target, ticket, now));
  }

  Decision<T> start(Target target, T ticket, long now) {
    target.outstanding(1);
    running++;
    dispatched++;
    return new Decision.Start<>(ticket, new BaselinePermit(target, now));
  }

  private Decision<T> refuse(T ticket) {
    noEngine++;
    return new Decision.Refuse<>(
        ticket, new Refusal(Refusal.Reason.NO_ENGINE, RETRY_AFTER_NANOS, 0));
  }

  List<Target> targets() {
    return targets;
  }

  @Override
  public boolean withdraw(T ticket, long now) {
    return false;
  }

  @Override
  public List<Decision<T>> firstToken(Permit permit, long now) {
    return List.of();
  }

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {}

  @Override
  public List<Decision<T>> complete(Permit permit, Completion completion, long now) {
    if (!(permit instanceof BaselinePermit own)) {
      throw new IllegalArgumentException("permit of another pool: " + permit.engine());
    }
    if (own.end()) {
      running--;
      if (own.forget()) {
        own.target().outstanding(-1);
      }
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> engineUp(EngineProfile profile, long now) {
    Target known = byName.get(profile.engine());
    if (known == null) {
      Target target = new Target(profile);
      byName.put(profile.engine(), target);
      targets.add(target);
    } else {
      known.profile(profile);
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> engineDown(String engine, long now) {
    Target known = byName.get(engine);
    if (known != null) {
      known.down();
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> observe(String engine, EngineLoad load, long now) {
    return List.of();
  }

  @Override
  public void shares(Map<String, Share> shares) {}

  @Override
  public List<Decision<T>> tick(long now) {
    return List.of();
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public int running() {
    return running;
  }

  @Override
  public PoolSnapshot snapshot(long now) {
    PoolCounters counters =
        new PoolCounters(dispatched, 0, 0, 0, noEngine, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    return new PoolSnapshot(0, List.of(), List.of(), counters);
  }
}
