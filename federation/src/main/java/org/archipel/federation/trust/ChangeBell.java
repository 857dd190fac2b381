package org.archipel.federation.trust;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who wait for the next change of the consortium. */
final class ChangeBell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private long last;

  /** There are changes up to this one. */
  void ring(long sequence) {
    lock.lock();
    try {
      last = Math.max(last, sequence);
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change after this one, at most for a time. */
  void await(long after, Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = limit.toNanos();
      while (last <= after && nanos > 0) {
        nanos = rung.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
