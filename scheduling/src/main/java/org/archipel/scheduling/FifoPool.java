package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * First come, first served, by the time of first submission; a bounded queue; a fixed limit per
 * engine; the least loaded engine relative to its limit.
 *
 * <p>A demand passes earlier ones only where those may not run: on engines that they exclude or,
 * for {@link RoutingMode#LOCAL_ONLY}, that their organization does not own. A demand that waits
 * while the last engine goes down goes on waiting until its deadline, since engines restart.
 *
 * @param <T> the caller's ticket for a demand
 */
public final class FifoPool<T> implements Pool<T> {
  /** Shortest and longest advice to come back, so that clients neither hammer nor give up. */
  private static final long MIN_RETRY_AFTER_NANOS = 1_000_000_000L;

  private static final long MAX_RETRY_AFTER_NANOS = 60_000_000_000L;

  /** Weight of the newest run in the moving average of run times. */
  private static final double RUN_TIME_WEIGHT = 0.1;

  private static final Comparator<Waiting<?>> BY_ARRIVAL =
      Comparator.<Waiting<?>>comparingLong(w -> w.demand.patience().submittedNanos())
          .thenComparingLong(w -> w.sequence);
  private static final Comparator<Waiting<?>> BY_DEADLINE =
      Comparator.<Waiting<?>>comparingLong(w -> w.demand.patience().deadlineNanos())
          .thenComparingLong(w -> w.sequence);

  private final int maxQueue;
  private final Map<String, EngineState> engines = new LinkedHashMap<>();
  private final IdentityHashMap<T, Waiting<T>> waiting = new IdentityHashMap<>();
  private final TreeSet<Waiting<T>> byArrival = new TreeSet<>(BY_ARRIVAL);
  private final TreeSet<Waiting<T>> byDeadline = new TreeSet<>(BY_DEADLINE);
  private final IdentityHashMap<Permit, Long> startedNanos = new IdentityHashMap<>();
  private long nextSequence;
  private double meanRunNanos = MIN_RETRY_AFTER_NANOS;

  /**
   * @param maxQueue how many demands may wait, at least 0
   */
  public FifoPool(int maxQueue) {
    if (maxQueue < 0) {
      throw new IllegalArgumentException("max_queue: " + maxQueue + " (expected: >= 0)");
    }
    this.maxQueue = maxQueue;
  }

  @Override
  public List<Decision<T>> submit(Demand demand, T ticket, long now) {
    if (waiting.containsKey(ticket)) {
      throw new IllegalStateException("ticket is already waiting");
    }
    // Whoever waits came first, unless it may not use the engine that has room: the queue was
    // emptied as far as possible by the event that made room.
    Optional<EngineState> engine = roomiest(demand);
    if (engine.isPresent()) {
      return List.of(start(engine.get(), ticket, now));
    }
    if (engines.values().stream().noneMatch(e -> e.up && e.mayServe(demand))) {
      return List.of(refuse(ticket, Refusal.Reason.NO_ENGINE));
    }
    if (demand.patience().deadlineNanos() <= now) {
      return List.of(refuse(ticket, Refusal.Reason.DEADLINE_PASSED));
    }
    // One that came back after a failed attempt had a place already and is not sent away for it.
    if (waiting.size() >= maxQueue && demand.excludedEngines().isEmpty()) {
      return List.of(refuse(ticket, Refusal.Reason.QUEUE_FULL));
    }
    Waiting<T> entry = new Waiting<>(demand, ticket, nextSequence++);
    waiting.put(ticket, entry);
    byArrival.add(entry);
    byDeadline.add(entry);
    return List.of();
  }

  @Override
  public boolean withdraw(T ticket, long now) {
    Waiting<T> entry = waiting.get(ticket);
    if (entry == null) {
      return false;
    }
    remove(entry);
    return true;
  }

  @Override
  public List<Decision<T>> complete(Permit permit, Completion completion, long now) {
    if (!permit.giveBack()) {
      return List.of();
    }
    Long started = startedNanos.remove(permit);
    if (started == null) {
      throw new IllegalArgumentException("permit of another pool: " + permit.engine());
    }
    if (completion.outcome() == Outcome.COMPLETED) {
      meanRunNanos += RUN_TIME_WEIGHT * (now - started - meanRunNanos);
    }
    EngineState engine = engines.get(permit.engine());
    if (engine == null) {
      return List.of();
    }
    engine.running--;
    return startWaiting(now);
  }

  @Override
  public List<Decision<T>> engineUp(EngineProfile limits, long now) {
    EngineState engine = engines.computeIfAbsent(limits.engine(), _ -> new EngineState(limits));
    engine.limits = limits;
    engine.up = true;
    return startWaiting(now);
  }

  @Override
  public List<Decision<T>> engineDown(String engine, long now) {
    EngineState state = engines.get(engine);
    if (state != null) {
      state.up = false;
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> observe(String engine, EngineLoad load, long now) {
    return List.of();
  }

  @Override
  public void firstToken(Permit permit, long now) {}

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {}

  @Override
  public void shares(Map<String, Share> shares) {}

  @Override
  public PoolSnapshot snapshot(long now) {
    return new PoolSnapshot(
        0, List.of(), List.of(), new PoolCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Override
  public List<Decision<T>> tick(long now) {
    List<Decision<T>> decisions = new ArrayList<>();
    while (!byDeadline.isEmpty() && byDeadline.first().demand.patience().deadlineNanos() <= now) {
      Waiting<T> late = byDeadline.first();
      remove(late);
      decisions.add(refuse(late.ticket, Refusal.Reason.DEADLINE_PASSED));
    }
    return decisions;
  }

  @Override
  public int waiting() {
    return waiting.size();
  }

  @Override
  public int running() {
    return startedNanos.size();
  }

  private List<Decision<T>> startWaiting(long now) {
    if (byArrival.isEmpty()) {
      return List.of();
    }
    List<Decision<T>> decisions = new ArrayList<>();
    Iterator<Waiting<T>> queue = byArrival.iterator();
    while (queue.hasNext() && anyRoom()) {
      Waiting<T> entry = queue.next();
      Optional<EngineState> engine = roomiest(entry.demand);
      if (engine.isPresent()) {
        queue.remove();
        byDeadline.remove(entry);
        waiting.remove(entry.ticket);
        decisions.add(start(engine.get(), entry.ticket, now));
      }
    }
    return decisions;
  }

  private boolean anyRoom() {
    for (EngineState engine : engines.values()) {
      if (engine.hasRoom()) {
        return true;
      }
    }
    return false;
  }

  private Optional<EngineState> roomiest(Demand demand) {
    EngineState best = null;
    for (EngineState engine : engines.values()) {
      if (engine.hasRoom()
          && engine.mayServe(demand)
          && (best == null || engine.load() < best.load())) {
        best = engine;
      }
    }
    return Optional.ofNullable(best);
  }

  private Decision<T> start(EngineState engine, T ticket, long now) {
    engine.running++;
    Permit permit = new Permit(engine.limits.engine());
    startedNanos.put(permit, now);
    return new Decision.Start<>(ticket, permit);
  }

  private Decision<T> refuse(T ticket, Refusal.Reason reason) {
    return new Decision.Refuse<>(ticket, new Refusal(reason, retryAfterNanos(), waiting.size()));
  }

  /** The time to work off the queue at the present rate (Little's law), within sane bounds. */
  private long retryAfterNanos() {
    long capacity = 0;
    for (EngineState engine : engines.values()) {
      capacity += engine.up ? engine.limits.capacity().maxConcurrency() : 0;
    }
    double nanos = capacity == 0 ? 0 : meanRunNanos * (waiting.size() + 1) / capacity;
    return (long) Math.clamp(nanos, MIN_RETRY_AFTER_NANOS, MAX_RETRY_AFTER_NANOS);
  }

  private void remove(Waiting<T> entry) {
    waiting.remove(entry.ticket);
    byArrival.remove(entry);
    byDeadline.remove(entry);
  }

  private record Waiting<T>(Demand demand, T ticket, long sequence) {}

  private static final class EngineState {
    private EngineProfile limits;
    private boolean up;
    private int running;

    EngineState(EngineProfile limits) {
      this.limits = limits;
    }

    boolean hasRoom() {
      return up && running < limits.capacity().maxConcurrency();
    }

    boolean mayServe(Demand demand) {
      return !demand.excludedEngines().contains(limits.engine())
          && (demand.routing() != RoutingMode.LOCAL_ONLY
              || limits.owner().equals(demand.flow().organization()));
    }

    double load() {
      return (double) running / limits.capacity().maxConcurrency();
    }
  }
}
