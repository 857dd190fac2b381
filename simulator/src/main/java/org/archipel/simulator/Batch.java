package org.archipel.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What runs in the engine and what waits, first come first served. A running request first has its
 * prompt computed, on real hardware one after the other, and then decodes with all others. All
 * methods may be called from any thread.
 */
final class Batch {

  /** A request in the engine. */
  interface Work {
    /** Tokens of its prompt and half of its answer, its average context. */
    int contextTokens();

    /**
     * Its prompt may be computed now. Comes from any thread and must only hand over to the work's
     * own one, so that a queue of works without delay does not nest calls.
     */
    void startPrefill();
  }

  private final int limit;
  private final long room;
  private final boolean prefillsInTurn;
  private final Set<Work> running = new HashSet<>();
  private final LinkedHashSet<Work> waiting = new LinkedHashSet<>();
  private final ArrayDeque<Work> prefills = new ArrayDeque<>();
  private long contextTokens;

  /**
   * An empty batch.
   *
   * @param limit requests at once
   * @param room tokens of context at once; a request that has the batch to itself always fits
   */
  Batch(int limit, long room, boolean prefillsInTurn) {
    this.limit = limit;
    this.room = room;
    this.prefillsInTurn = prefillsInTurn;
  }

  /** Takes a request in; true if its prompt may be computed at once. */
  synchronized boolean submit(Work work) {
    // Nobody overtakes one that waits for more room.
    if (!waiting.isEmpty() || !fits(work)) {
      waiting.add(work);
      return false;
    }
    return admit(work);
  }

  private boolean fits(Work work) {
    return running.isEmpty()
        || (running.size() < limit && contextTokens + work.contextTokens() <= room);
  }

  private boolean admit(Work work) {
    running.add(work);
    contextTokens += work.contextTokens();
    if (!prefillsInTurn) {
      return true;
    }
    prefills.add(work);
    return prefills.size() == 1;
  }

  /** The prompt of this request is computed. */
  void prefilled(Work work) {
    nextPrefill(work).ifPresent(Work::startPrefill);
  }

  private synchronized Optional<Work> nextPrefill(Work done) {
    boolean wasComputed = done.equals(prefills.peek());
    prefills.remove(done);
    return wasComputed ? Optional.ofNullable(prefills.peek()) : Optional.empty();
  }

  /** This request needs the engine no more, whether it ran or waited; harmless if repeated. */
  void leave(Work work) {
    nextPrefill(work).ifPresent(Work::startPrefill);
    admitNext(work).forEach(Work::startPrefill);
  }

  /** Those whose prompts may be computed now that this one left, or stopped waiting. */
  private synchronized List<Work> admitNext(Work left) {
    boolean waited = waiting.remove(left);
    if (!waited && !running.remove(left)) {
      return List.of();
    }
    if (!waited) {
      contextTokens -= left.contextTokens();
    }
    List<Work> ready = new ArrayList<>();
    while (!waiting.isEmpty() && fits(waiting.getFirst())) {
      Work next = waiting.removeFirst();
      if (admit(next)) {
        ready.add(next);
      }
    }
    return ready;
  }

  synchronized int running() {
    return running.size();
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** Tokens of context of all running requests. */
  synchronized long contextTokens() {
    return contextTokens;
  }

  /** Time between two tokens with the present load. */
  long interTokenNanos(EngineTiming timing) {
    int batch;
    long context;
    synchronized (this) {
      batch = Math.max(1, running.size());
      context = contextTokens / batch;
    }
    return timing.interTokenNanos(batch, context);
  }
}
