package org.archipel.relay;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Bounds how many requests of the site may be on a second attempt at once, so that engines that
 * fail under load do not get even more of it (scheduling.md §5.5, after Envoy). What an engine held
 * that is gone needs none of it: see {@link Attempts#failed}. Thread-safe.
 */
final class RetryBudget {
  /** One in five of those that run. */
  private static final int SHARE = 5;

  private static final int LEAST = 3;

  private final IntSupplier running;
  private final AtomicInteger retrying = new AtomicInteger();

  /**
   * @param running how many requests run on engines now
   */
  RetryBudget(IntSupplier running) {
    this.running = running;
  }

  /** Takes one; false when all are taken. */
  boolean take() {
    int most = most();
    int before = retrying.getAndUpdate(taken -> taken < most ? taken + 1 : taken);
    return before < most;
  }

  /** How many more may be taken now. */
  int left() {
    return Math.max(0, most() - retrying.get());
  }

  private int most() {
    return Math.max(LEAST, running.getAsInt() / SHARE);
  }

  void giveBack() {
    retrying.decrementAndGet();
  }
}
