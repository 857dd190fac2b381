package org.archipel.simulator.fleet.baseline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Like aristote-dispatcher (CentraleSupélec, scheduling.md §4): the engine whose 95th percentile of
 * the time to first token is lowest, read once a second; when that is over a threshold or too many
 * are in flight there, the demand sleeps a second and goes to the tail of the queue. What is in
 * flight for 15 s is forgotten; what waits for 570 s is dropped.
 *
 * <p>As is: 0.1 s and 100 in flight, all engines alike. Tuned: 2 s, as many in flight as the engine
 * has places, and among engines under the threshold the one with the fewest for its capacity.
 *
 * @param <T> the caller's ticket for a demand
 */
public final class AristotePool<T> extends BaselinePool<T> {
  private static final long SECOND = 1_000_000_000L;
  private static final long FORGET_NANOS = 15 * SECOND;
  private static final long TIME_TO_LIVE_NANOS = 570 * SECOND;

  private final double threshold;
  private final int maxInFlight;
  private final boolean capacityAware;
  private final IdentityHashMap<Target, FirstTokenWindow> windows = new IdentityHashMap<>();
  private final ArrayDeque<Sleeper<T>> sleepers = new ArrayDeque<>();
  private final ArrayDeque<BaselinePermit> inFlight = new ArrayDeque<>();
  private long nextReading = SECOND;

  private record Sleeper<T>(Demand demand, T ticket, long wakesNanos) {}

  private AristotePool(double threshold, int maxInFlight, boolean capacityAware) {
    this.threshold = threshold;
    this.maxInFlight = maxInFlight;
    this.capacityAware = capacityAware;
  }

  /** With its own defaults. */
  public static <T> AristotePool<T> asIs() {
    return new AristotePool<>(0.1, 100, false);
  }

  /** With the best that its settings allow, and knowing capacities. */
  public static <T> AristotePool<T> tuned() {
    return new AristotePool<>(2, Integer.MAX_VALUE, true);
  }

  @Override
  public List<Decision<T>> submit(Demand demand, T ticket, long now) {
    read(now);
    return tryToStart(demand, ticket, now);
  }

  private List<Decision<T>> tryToStart(Demand demand, T ticket, long now) {
    Target target = choose(demand, targets());
    if (target == null && targets().stream().noneMatch(t -> t.mayServe(demand))) {
      return super.submit(demand, ticket, now);
    }
    if (target == null || busy(target)) {
      sleepers.add(new Sleeper<>(demand, ticket, now + SECOND));
      return List.of();
    }
    Decision<T> start = start(target, ticket, now);
    if (start instanceof Decision.Start<T>(T _, BaselinePermit permit)) {
      inFlight.add(permit);
    }
    return List.of(start);
  }

  private boolean busy(Target target) {
    return window(target).p95() > threshold
        || target.outstanding() >= (capacityAware ? target.maxConcurrency() : maxInFlight);
  }

  @Override
  @Nullable Target choose(Demand demand, List<Target> among) {
    Target best = null;
    for (Target target : among) {
      if (target.mayServe(demand) && (best == null || better(target, best))) {
        best = target;
      }
    }
    return best;
  }

  private boolean better(Target a, Target b) {
    if (!capacityAware) {
      return window(a).p95() < window(b).p95();
    }
    boolean busy = busy(a);
    if (busy != busy(b)) {
      return !busy;
    }
    return (a.outstanding() + 1) / a.capacity() < (b.outstanding() + 1) / b.capacity();
  }

  @Override
  public List<Decision<T>> firstToken(Permit permit, long now) {
    if (permit instanceof BaselinePermit own) {
      window(own.target()).record((now - own.startedNanos()) / 1e9);
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> tick(long now) {
    read(now);
    List<Decision<T>> decisions = new ArrayList<>();
    while (!sleepers.isEmpty() && sleepers.getFirst().wakesNanos() <= now) {
      Sleeper<T> awake = sleepers.removeFirst();
      if (now - awake.demand().patience().submittedNanos() >= TIME_TO_LIVE_NANOS) {
        Refusal refusal = new Refusal(Refusal.Reason.DEADLINE_PASSED, SECOND, 0);
        decisions.add(new Decision.Refuse<>(awake.ticket(), refusal));
      } else {
        decisions.addAll(tryToStart(awake.demand(), awake.ticket(), now));
      }
    }
    return decisions;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // tickets are compared by identity
  public boolean withdraw(T ticket, long now) {
    return sleepers.removeIf(sleeper -> sleeper.ticket() == ticket);
  }

  @Override
  public int waiting() {
    return sleepers.size();
  }

  private void read(long now) {
    while (!inFlight.isEmpty() && now - inFlight.getFirst().startedNanos() > FORGET_NANOS) {
      BaselinePermit old = inFlight.removeFirst();
      if (old.forget()) {
        old.target().outstanding(-1);
      }
    }
    while (nextReading <= now) {
      windows.values().forEach(FirstTokenWindow::turn);
      nextReading += SECOND;
    }
  }

  private FirstTokenWindow window(Target target) {
    return windows.computeIfAbsent(target, _ -> new FirstTokenWindow());
  }
}
