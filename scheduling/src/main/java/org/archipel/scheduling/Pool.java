package org.archipel.scheduling;

import java.util.List;
import java.util.Map;

/**
 * The engines of one site that serve one model, and the demands that wait for them: a state machine
 * that decides who starts where.
 *
 * <p>Methods that may lead to decisions return them, and the caller carries them out. {@code now}
 * is nanoseconds on one monotonic clock and never goes back. <b>Not thread-safe</b>: the caller
 * holds one lock per pool around each call and carries decisions out after releasing it.
 *
 * <p>A ticket that was submitted gets exactly one decision, unless it is withdrawn first. A permit
 * handed out counts against its engine until {@link #complete}, also when the engine goes down
 * meanwhile.
 *
 * @param <T> the caller's ticket for a demand, compared by identity
 */
public interface Pool<T> {
  /** A new demand, or one that comes back after a failed attempt. */
  List<Decision<T>> submit(Demand demand, T ticket, long now);

  /**
   * The caller of a waiting ticket went away. Returns false when the ticket was not waiting: then
   * its decision was already taken, and its permit, if any, is given back by {@link #complete}.
   */
  boolean withdraw(T ticket, long now);

  /** The first token of a run came: its prompt is computed, and the engine may take another. */
  List<Decision<T>> firstToken(Permit permit, long now);

  /**
   * A run goes on.
   *
   * @param completionTokens tokens generated so far, by the engine's count or an estimate; called
   *     about every 64 of them
   */
  void progressed(Permit permit, long completionTokens, long now);

  /** A run ended. A second call with the same permit does nothing. */
  List<Decision<T>> complete(Permit permit, Completion completion, long now);

  /** An engine joined, came back or changed its limits. */
  List<Decision<T>> engineUp(EngineProfile profile, long now);

  /**
   * The same for an engine that other pools may use too.
   *
   * @param part this pool's part in what the engine takes; of the first call for an engine counts
   */
  default List<Decision<T>> engineUp(EngineProfile profile, EngineBudget.Part part, long now) {
    return engineUp(profile, now);
  }

  /**
   * A place on an engine that other pools use too is offered: starts one demand there at most.
   * After {@link #complete} such a place is not taken by the pool itself: see {@link
   * EngineBudget#offer}.
   */
  default List<Decision<T>> offered(String engine, EngineBudget.Whose whose, long now) {
    return List.of();
  }

  /** An engine went away: nothing more is started on it, what runs on it runs on. */
  List<Decision<T>> engineDown(String engine, long now);

  /**
   * An engine was taken away for good, and is forgotten with its last run. Demands are refused that
   * no engine is left for, be it down. One of the same id that joins later is another engine.
   */
  default List<Decision<T>> engineGone(String engine, long now) {
    return engineDown(engine, now);
  }

  /** An engine reported its load. */
  List<Decision<T>> observe(String engine, EngineLoad load, long now);

  /**
   * What other sites offer now for this pool's model, all of them: those that are missing offer
   * nothing any more. Called each second or so; an offer that is old is not used.
   */
  default List<Decision<T>> offers(List<PeerOffer> peers, long now) {
    return List.of();
  }

  /** What this pool could do for other sites now. */
  default PoolOffer offer(long now) {
    return PoolOffer.NOTHING;
  }

  /** What organizations may have of others' engines; those not named have {@link Share#EQUAL}. */
  void shares(Map<String, Share> shares);

  /** Time passed; called at least every 100 ms while demands wait, and every second else. */
  List<Decision<T>> tick(long now);

  /** Demands that wait. */
  int waiting();

  /** Permits that are out. */
  int running();

  /** The pool as it is now. */
  PoolSnapshot snapshot(long now);
}
