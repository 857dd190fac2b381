package org.archipel.relay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.archipel.ledger.Journal;
import org.archipel.ledger.JournalException;
import org.archipel.ledger.UsageRecord;

/** A journal that makes records durable, or takes none, when a test says so. */
final class HeldJournal implements Journal {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private long last;
  private long durable;
  private boolean held;
  private boolean failing;

  /** From now on nothing becomes durable. */
  synchronized HeldJournal hold() {
    held = true;
    return this;
  }

  /** All that was taken becomes durable. */
  void release() {
    synchronized (this) {
      held = false;
      durable = last;
    }
    listeners.forEach(Runnable::run);
  }

  /** From now on no record is taken. */
  synchronized HeldJournal fail() {
    failing = true;
    return this;
  }

  @Override
  public long append(UsageRecord record) {
    long sequence;
    synchronized (this) {
      if (failing) {
        throw new JournalException("the disk is full");
      }
      sequence = ++last;
      if (held) {
        return sequence;
      }
      durable = last;
    }
    listeners.forEach(Runnable::run);
    return sequence;
  }

  @Override
  public synchronized long durable() {
    return durable;
  }

  @Override
  public void onCommit(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized boolean healthy() {
    return !failing;
  }
}
