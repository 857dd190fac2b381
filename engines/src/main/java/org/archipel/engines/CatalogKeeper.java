package org.archipel.engines;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies one change after the other to the roster, publishes the view that results and tells the
 * listeners, in this order and under one lock, so that all listeners hear the same story. Readers
 * take no lock.
 */
final class CatalogKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogKeeper.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Roster roster;
  private final Clock clock;
  private final List<EngineListener> listeners = new ArrayList<>();
  private boolean closed;
  private volatile CatalogView view;

  CatalogKeeper(Roster roster, Clock clock) {
    this.roster = roster;
    this.clock = clock;
    this.view = roster.view();
  }

  CatalogView view() {
    return view;
  }

  /** Applies a step; once closed, nothing. */
  void change(BiFunction<Roster, Instant, List<Change>> step) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      List<Change> changes = step.apply(roster, clock.instant());
      view = roster.view();
      changes.forEach(change -> listeners.forEach(listener -> tell(listener, change)));
    } finally {
      lock.unlock();
    }
  }

  void subscribe(EngineListener listener) {
    lock.lock();
    try {
      roster.up().forEach(change -> tell(listener, change));
      listeners.add(listener);
    } finally {
      lock.unlock();
    }
  }

  /** From the return of this call on, nothing changes and nobody hears anything. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private static void tell(EngineListener listener, Change change) {
    try {
      change.tell(listener);
    } catch (RuntimeException e) {
      // The others must hear it all the same, and the watch must go on.
      LOG.error("Listener {} failed on {}", listener.getClass().getName(), change, e);
    }
  }
}
