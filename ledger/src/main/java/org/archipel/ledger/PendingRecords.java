package org.archipel.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The records that wait for the disk, in order, in chunks of memory that are used again.
 * Thread-safe; {@link #add} holds the lock for one copy of a few hundred bytes.
 */
final class PendingRecords {
  static final int CHUNK = 256 * 1024;
  private static final int KEPT = 16;

  /** Frames one after the other, from {@code 0} to {@code end}. */
  static final class Chunk {
    final byte[] bytes = new byte[CHUNK];
    int end;
  }

  private final int most;
  private final ArrayDeque<Chunk> free = new ArrayDeque<>();
  private final List<Chunk> filled = new ArrayList<>();
  private Chunk last = new Chunk();
  private int inUse = 1;
  private long sequence;
  private boolean closed;

  /**
   * @param limit the most bytes to hold, rounded down to whole chunks
   * @param sequence the sequence before the first record's
   */
  PendingRecords(int limit, long sequence) {
    most = limit / CHUNK;
    this.sequence = sequence;
  }

  /**
   * Takes a copy of a frame and returns its sequence.
   *
   * @throws JournalException when there is no room, or after {@link #close}
   */
  synchronized long add(byte[] frame, int size) {
    if (closed) {
      throw new JournalException("the journal is closed");
    }
    Chunk chunk = last;
    if (CHUNK - chunk.end < size) {
      chunk = nextChunk();
    }
    System.arraycopy(frame, 0, chunk.bytes, chunk.end, size);
    chunk.end += size;
    return ++sequence;
  }

  private Chunk nextChunk() {
    if (inUse >= most) {
      throw new JournalException(
          "records that wait for the disk: "
              + (long) most * CHUNK
              + " bytes (expected: less; the disk does not keep up)");
    }
    Chunk next = free.isEmpty() ? new Chunk() : free.pop();
    inUse++;
    filled.add(last);
    last = next;
    return next;
  }

  /** Moves all that waits into {@code taken}, which then owns it until {@link #giveBack}. */
  synchronized void take(List<Chunk> taken) {
    taken.addAll(filled);
    filled.clear();
    if (last.end > 0) {
      Chunk next = free.isEmpty() ? new Chunk() : free.pop();
      taken.add(last);
      last = next;
      // The writer's own share: it may go one over the limit, or a full buffer could not be
      // swapped.
      inUse++;
    }
  }

  /** Takes chunks back once their records are durable, and empties the list. */
  synchronized void giveBack(List<Chunk> taken) {
    for (Chunk chunk : taken) {
      chunk.end = 0;
      if (free.size() < KEPT) {
        free.push(chunk);
      }
    }
    inUse -= taken.size();
    taken.clear();
  }

  synchronized boolean isEmpty() {
    return filled.isEmpty() && last.end == 0;
  }

  /** The sequence of the last record taken. */
  synchronized long sequence() {
    return sequence;
  }

  synchronized void close() {
    closed = true;
  }
}
