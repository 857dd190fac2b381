package org.archipel.relay;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.archipel.ledger.Journal;

/**
 * The answers of one event loop whose last bytes wait until their usage records are safe. One task
 * per commit and loop releases all that a commit made safe.
 */
final class DurableQueue {
  private record Waiting(long sequence, Runnable release) {}

  private final EventLoop loop;
  private final Journal journal;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean anyWaiting;

  DurableQueue(EventLoop loop, Journal journal) {
    this.loop = loop;
    this.journal = journal;
  }

  /** Runs {@code release} on the loop once the record is safe. Called on the loop. */
  void await(long sequence, Runnable release) {
    waiting.add(new Waiting(sequence, release));
    anyWaiting = true;
    // The commit may have been announced before the flag was up.
    if (journal.durable() >= sequence) {
      releaseSafe();
    }
  }

  /** The journal committed. Called on the journal's thread. */
  void committed() {
    if (anyWaiting && scheduled.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            scheduled.set(false);
            releaseSafe();
          });
    }
  }

  /**
   * Nothing is waited for any longer. Called on the loop when all clients are gone: what was to be
   * sent to them is let go.
   */
  void giveUp() {
    while (!waiting.isEmpty()) {
      waiting.poll().release.run();
    }
    anyWaiting = false;
  }

  private void releaseSafe() {
    long durable = journal.durable();
    while (!waiting.isEmpty() && waiting.peek().sequence <= durable) {
      waiting.poll().release.run();
    }
    anyWaiting = !waiting.isEmpty();
  }
}
