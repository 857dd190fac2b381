package org.archipel.bench;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Sends the events of many streams at their own steady pace, from one loop.
 *
 * <p>A wheel of one-millisecond slots instead of a timer per event: ten thousand streams cost one
 * wake-up a millisecond. While no stream is open it does not wake at all. All methods are called on
 * the loop.
 */
final class PacedStreams {
  private static final int SLOTS = 1024;
  private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** One stream: sends its next event and says whether more will come. */
  interface Stream {
    boolean sendNext();
  }

  /** Longest interval between two events, in nanoseconds: the wheel turns in 1.024 s. */
  static final long MAX_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Due(Stream stream, long intervalNanos, long at) {}

  private final EventLoop loop;
  private final ArrayDeque<Due>[] slots;
  private int open;
  private long lastSlot;

  @SuppressWarnings({"unchecked", "rawtypes"})
  PacedStreams(EventLoop loop) {
    this.loop = loop;
    this.slots = new ArrayDeque[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new ArrayDeque<>();
    }
  }

  /** Calls {@code stream} after {@code delayNanos} and then every {@code intervalNanos}. */
  void add(Stream stream, long delayNanos, long intervalNanos) {
    long now = System.nanoTime();
    if (open++ == 0) {
      lastSlot = now / SLOT_NANOS;
      scheduleTick();
    }
    place(new Due(stream, intervalNanos, now + delayNanos));
  }

  /** Streams that are being sent. */
  int open() {
    return open;
  }

  private void scheduleTick() {
    var _ = loop.schedule(this::tick, SLOT_NANOS, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    long slot = System.nanoTime() / SLOT_NANOS;
    // After a stall of more than a turn every slot is due, each once.
    long from = Math.max(lastSlot + 1, slot - SLOTS + 1);
    lastSlot = slot;
    for (long i = from; i <= slot; i++) {
      runSlot(slots[(int) (i % SLOTS)]);
    }
    if (open > 0) {
      scheduleTick();
    }
  }

  private void runSlot(ArrayDeque<Due> slot) {
    for (int left = slot.size(); left > 0; left--) {
      Due due = slot.remove();
      if (due.stream.sendNext()) {
        place(new Due(due.stream, due.intervalNanos, due.at + due.intervalNanos));
      } else {
        open--;
      }
    }
  }

  private void place(Due due) {
    // A late stream catches up in the next slot, never in one that has already run.
    long slot = Math.max(due.at / SLOT_NANOS, lastSlot + 1);
    slots[(int) (slot % SLOTS)].add(due);
  }
}
