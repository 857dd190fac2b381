package org.archipel.relay;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Reach;
import org.archipel.scheduling.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request that an engine did not serve, as long as nothing of an answer was seen
 * (scheduling.md §5.5). An engine that is busy costs the request nothing: it goes to another one,
 * to two others at most, and then waits for its deadline. An engine that fails is made good once.
 */
final class Attempts {
  /** What to do next. */
  sealed interface Next {
    /** Ask the pool again, at once. */
    record Submit(Demand demand) implements Next {}

    /** Ask the pool again, after a while. */
    record Pause(Demand demand, long nanos) implements Next {}

    /** Tell the client. */
    record GiveUp(Failure failure) implements Next {}
  }

  /** The first attempt and one more. */
  private static final int MAX_FAILURES = 2;

  /** The first engine and two others, before a pause. */
  private static final int MAX_PUSHBACKS = 3;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final BooleanSupplier budget;
  private final long seed;
  private final Set<String> failed = new HashSet<>();
  private Demand demand;
  private @Nullable Failure lastFailure;
  private int pushbacks;
  private int pauses;
  private boolean everPushedBack;
  private boolean everSentBack;

  /**
   * @param demand what was submitted first
   * @param budget whether the site may try a failed request again
   * @param seed for the length of pauses
   */
  Attempts(Demand demand, BooleanSupplier budget, long seed) {
    this.demand = demand;
    this.budget = budget;
    this.seed = seed;
  }

  /** An engine said that it is busy. */
  Next pushedBack(String engine) {
    everPushedBack = true;
    pushbacks++;
    demand = demand.without(engine);
    return pushbacks < MAX_PUSHBACKS ? new Next.Submit(demand) : pause();
  }

  /**
   * An engine failed.
   *
   * @param lost whether it is gone: then the site has less to ask rather than too much on it, and
   *     what ran there goes elsewhere however much that is at once
   */
  Next failed(String engine, Failure failure, boolean lost) {
    failed.add(engine);
    lastFailure = failure;
    if (failed.size() >= MAX_FAILURES || !(lost || budget.getAsBoolean())) {
      return new Next.GiveUp(failure);
    }
    demand = demand.without(engine);
    return new Next.Submit(demand);
  }

  /** Another site did not take it: that is no failure, as long as it can wait here. */
  Next sentBack(String site) {
    everSentBack = true;
    demand = demand.refusedBy(site);
    return new Next.Submit(demand);
  }

  /** The pool said no. */
  Next refused(Refusal refusal) {
    return switch (refusal.reason()) {
      case NO_ENGINE -> {
        if (pushbacks > 0 || !demand.reach().refusedBy().isEmpty()) {
          // No other engine or site: those that were busy are asked again.
          yield pause();
        }
        Failure failure = lastFailure;
        yield new Next.GiveUp(failure != null ? failure : Failure.of(refusal));
      }
      // Who had a place once does not lose it because an engine sent it back.
      case QUEUE_FULL, PREDICTED_WAIT ->
          everPushedBack || everSentBack ? pause() : new Next.GiveUp(Failure.of(refusal));
      case DEADLINE_PASSED, NO_CREDIT -> new Next.GiveUp(Failure.of(refusal));
    };
  }

  private Next pause() {
    pushbacks = 0;
    demand =
        new Demand(
            demand.flow(),
            demand.tokens(),
            demand.prefix(),
            demand.routing(),
            demand.patience(),
            failed,
            new Reach(demand.reach().visitor(), demand.reach().labels(), Set.of()));
    long most = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(pauses, 10));
    pauses++;
    // Apart from each other, else all that were sent back come back together.
    long scattered = Math.floorMod(seed * 0x9E3779B97F4A7C15L * pauses, most / 2);
    return new Next.Pause(demand, most / 2 + scattered);
  }
}
