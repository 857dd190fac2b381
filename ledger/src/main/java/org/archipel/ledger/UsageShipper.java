package org.archipel.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves durable records from the journal to the store on a thread of its own, and frees the
 * journal's segments behind it. Its position is the oldest segment that was not freed: after a
 * crash the records of that segment are inserted again, which changes nothing.
 *
 * <p>After a batch it rests so long that it uses its share of a core only, unless the backlog is
 * old or somebody waits in {@link #catchUp}. While the store is down it tries again with growing
 * pauses; the journal keeps everything. Thread-safe.
 */
final class UsageShipper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageShipper.class);

  /** How long a wish for a free segment waits until it is made again. */
  private static final long FREEING_NANOS = 20_000_000;

  private final FileJournal journal;
  private final JournalTail tail;
  private final RecordStore store;
  private final ShippingPace pace;
  private final Clock clock;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private long shipped;
  private long wanted;
  private long releases;
  private boolean closing;
  private boolean storeUp = true;
  // The shipper's thread only.
  private List<UsageRecord> batch = List.of();
  private long backOffNanos;
  private boolean unsettled;
  private Instant oldest = Instant.MAX;

  UsageShipper(FileJournal journal, RecordStore store, ShippingPace pace, Clock clock) {
    this.journal = journal;
    this.tail = journal.tail();
    this.store = store;
    this.pace = pace;
    this.clock = clock;
    // A journal goes on counting after a restart: what comes before its oldest record is stored.
    this.shipped = tail.sequence();
    this.thread = Thread.ofPlatform().name("usage-shipper").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Whether the last try to store records worked. */
  boolean storeUp() {
    lock.lock();
    try {
      return storeUp;
    } finally {
      lock.unlock();
    }
  }

  /** How many durable records are not known to be in the store. */
  long behind() {
    long durable = journal.durable();
    lock.lock();
    try {
      return Math.max(0, durable - shipped);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ships all that is durable now at full speed, and returns when it is in the store.
   *
   * @return false when that took longer than {@code limit}, or the thread was interrupted
   */
  boolean catchUp(Duration limit) {
    long target = journal.durable();
    long nanos = limit.toNanos();
    lock.lock();
    try {
      wanted = Math.max(wanted, target);
      changed.signalAll();
      while (shipped < target && nanos > 0 && !closing) {
        nanos = changed.awaitNanos(nanos);
      }
      return shipped >= target;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ships all that is durable now, and returns when the journal holds nothing of it any more: no
   * crash brings it back then.
   *
   * @return false when that took longer than {@code limit}, or the thread was interrupted
   */
  boolean release(Duration limit) {
    long target = journal.durable();
    long end = System.nanoTime() + limit.toNanos();
    journal.turn();
    if (!catchUp(limit)) {
      return false;
    }
    lock.lock();
    try {
      long rest = end - System.nanoTime();
      while (!journal.freed(target) && rest > 0 && !closing) {
        releases++;
        changed.signalAll();
        rest -= FREEING_NANOS - changed.awaitNanos(FREEING_NANOS);
      }
      return journal.freed(target);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long known;
    boolean moved;
    long pause;
    do {
      known = wishes();
      long start = System.nanoTime();
      moved = tryShip();
      pause = pause(moved, System.nanoTime() - start);
    } while (await(pause, moved, known));
    if (batch.isEmpty() && storeUp()) {
      tryShip();
    }
  }

  /** Grows with each wish. */
  private long wishes() {
    lock.lock();
    try {
      return wanted + releases;
    } finally {
      lock.unlock();
    }
  }

  /** Ships one batch; false when there was nothing to ship or it did not work. */
  private boolean tryShip() {
    try {
      if (batch.isEmpty()) {
        batch = tail.next(pace.batch());
      }
      boolean some = !batch.isEmpty();
      if (some) {
        UsageRecord first = batch.getFirst();
        oldest = first.startedAt().plus(first.timing().total(), ChronoUnit.MICROS);
        store.insert(batch);
        unsettled = true;
        batch = List.of();
      }
      if (tail.canFree() && (!unsettled || store.settle())) {
        unsettled = false;
        tail.free();
      }
      reached(tail.sequence());
      return some;
    } catch (RuntimeException | OutOfMemoryError e) {
      failed(e);
      return false;
    }
  }

  private void reached(long sequence) {
    backOffNanos = 0;
    lock.lock();
    try {
      shipped = sequence;
      if (!storeUp) {
        storeUp = true;
        LOG.info("The store takes usage records again");
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void failed(Throwable failure) {
    long longest = pace.retry().toNanos();
    backOffNanos = backOffNanos == 0 ? longest / 8 : Math.min(longest, 2 * backOffNanos);
    lock.lock();
    try {
      if (storeUp) {
        storeUp = false;
        LOG.error(
            "Usage records cannot be moved to the store and wait in the journal: {}",
            failure.toString());
      }
    } finally {
      lock.unlock();
    }
  }

  private long pause(boolean moved, long took) {
    if (backOffNanos > 0) {
      return backOffNanos;
    }
    if (!moved) {
      return pace.poll().toNanos();
    }
    boolean old = oldest.isBefore(clock.instant().minus(pace.oldest()));
    return old ? 0 : pace.restNanos(took);
  }

  /**
   * Waits for a time, or until somebody asks; false when closing.
   *
   * @param moved whether the last try moved records: then a wish that is not fulfilled yet ends the
   *     wait, else only one made after {@code known} does
   */
  private boolean await(long nanos, boolean moved, long known) {
    lock.lock();
    try {
      long rest = nanos;
      while (!closing && rest > 0 && (moved ? shipped >= wanted : wanted + releases == known)) {
        rest = changed.awaitNanos(rest);
      }
      return !closing;
    } catch (InterruptedException e) {
      // Nobody has a reason to: the records must be moved all the same.
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  /** Stops after the batch at hand; what is not shipped stays in the journal. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
