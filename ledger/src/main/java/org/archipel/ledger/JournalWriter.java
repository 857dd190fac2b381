package org.archipel.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's own thread: takes what waits, writes it, forces it to the disk, tells. What gathers
 * during one force is the next group, so groups grow with the load; under load they begin at a
 * measured pace.
 *
 * <p>When the disk fails, the records stay here and are written again from the first that is not
 * durable, to a new segment: after a failed force nobody knows what of the old one was kept.
 */
final class JournalWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private final SegmentFolder folder;
  private final PendingRecords pending;
  private final JournalOptions options;
  private final long paceNanos;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<PendingRecords.Chunk> taken = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private final Thread thread;
  private Thread sparePreparer = Thread.ofPlatform().unstarted(this::prepareSpare);

  private volatile long durable;
  private volatile boolean healthy = true;
  private volatile boolean idle;
  private volatile boolean closing;
  private volatile boolean turnWanted;

  private @Nullable Segment segment;
  private SegmentFiles.@Nullable SegmentFile file;
  private long position;
  private int index;
  // Where in `taken` the writing is, and up to where it is durable.
  private int chunk;
  private int offset;
  private int durableChunk;
  private int durableOffset;
  private long giveUpAt;
  private long groupBegun;

  JournalWriter(
      SegmentFolder folder, PendingRecords pending, long durable, JournalOptions options) {
    this.folder = folder;
    this.pending = pending;
    this.durable = durable;
    this.options = options;
    this.paceNanos = options.groupPace().toNanos();
    this.thread = Thread.ofPlatform().name("journal-writer").daemon().unstarted(this);
  }

  /** Begins the first segment, so that a folder that cannot be written fails the start. */
  void start() throws IOException {
    beginSegment();
    thread.start();
  }

  long durable() {
    return durable;
  }

  boolean healthy() {
    return healthy;
  }

  void onCommit(Runnable listener) {
    listeners.add(listener);
  }

  /** To be called after a record was added to the pending ones. */
  void wake() {
    // The writer says that it is idle before it looks a last time: one of the two sees the other.
    if (idle) {
      idle = false;
      LockSupport.unpark(thread);
    }
  }

  /** Ends the segment at hand soon, if there is anything in it, so that it can be freed. */
  void turn() {
    turnWanted = true;
    LockSupport.unpark(thread);
  }

  /** Writes what is pending, then ends; pending records must be closed. Safe to call again. */
  void close() {
    closing = true;
    LockSupport.unpark(thread);
    join(thread);
    // Its file must be complete before another process may take the folder.
    join(sparePreparer);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    while (true) {
      // Read before the records are taken: then none can be added after the last look.
      boolean last = closing;
      if (!tryCommit()) {
        if (!awaitRetry()) {
          break;
        }
      } else if (last && pending.isEmpty()) {
        break;
      } else {
        awaitRecords();
      }
    }
    finish();
  }

  private void awaitRecords() {
    long early = groupBegun + paceNanos - System.nanoTime();
    if (early > 0 && !closing) {
      LockSupport.parkNanos(this, early);
    }
    idle = true;
    if (pending.isEmpty() && !closing && !turnWanted) {
      LockSupport.park(this);
    }
    idle = false;
  }

  private boolean tryCommit() {
    groupBegun = System.nanoTime();
    try {
      if (taken.isEmpty()) {
        pending.take(taken);
        if (taken.isEmpty()) {
          turnIfWanted();
          return true;
        }
      }
      commit();
      turnIfWanted();
      if (!healthy) {
        healthy = true;
        LOG.info("The journal writes again; durable up to record {}", durable);
      }
      tell();
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (healthy) {
        healthy = false;
        LOG.error(
            "The journal cannot write: {}; records wait in memory, next try in {} ms",
            e.toString(),
            options.retryDelay().toMillis());
      }
      abandonSegment();
      tell();
      return false;
    }
  }

  private void tell() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.error("A listener of the journal failed", e);
      }
    }
  }

  private void commit() throws IOException {
    if (segment == null) {
      beginSegment();
    }
    while (chunk < taken.size()) {
      PendingRecords.Chunk current = taken.get(chunk);
      int end = sealFrames(current);
      if (end > offset) {
        file().write(ByteBuffer.wrap(current.bytes, offset, end - offset), position);
        position += end - offset;
        offset = end;
      }
      if (offset < current.end) {
        // The segment is full. Its end is a promise of the next one's header: durable first.
        publish();
        endSegment();
        beginSegment();
      } else {
        chunk++;
        offset = 0;
      }
    }
    publish();
    chunk = 0;
    durableChunk = 0;
    durableOffset = 0;
    pending.giveBack(taken);
  }

  /** Completes as many frames as the segment has room for; returns their end in the chunk. */
  private int sealFrames(PendingRecords.Chunk current) {
    int salt = segment().header().salt();
    long room = folder.segmentBytes() - position;
    int at = offset;
    while (at < current.end) {
      int size = RecordFrame.size(current.bytes, at);
      if (at + size - offset > room) {
        break;
      }
      RecordFrame.seal(current.bytes, at, index++, salt, crc);
      at += size;
    }
    return at;
  }

  private void publish() throws IOException {
    file().force();
    segment().committed(index);
    durableChunk = chunk;
    durableOffset = offset;
    durable = segment().lastSequence();
  }

  private void beginSegment() throws IOException {
    Segment next = folder.begin(durable + 1);
    segment = next;
    file = folder.open(next);
    position = SegmentHeader.SIZE;
    index = 0;
    chunk = durableChunk;
    offset = durableOffset;
    if (!sparePreparer.isAlive()) {
      sparePreparer = Thread.ofPlatform().name("journal-spare").daemon().start(this::prepareSpare);
    }
  }

  private void prepareSpare() {
    try {
      folder.prepareSpare();
    } catch (IOException e) {
      // The writer makes its own when it needs one, and says so when it cannot.
      LOG.debug("No spare segment: {}", e.toString());
    }
  }

  private void endSegment() throws IOException {
    segment().seal();
    segment = null;
    file().close();
    file = null;
  }

  /** All is durable here: the next record begins a segment. */
  private void turnIfWanted() throws IOException {
    if (turnWanted) {
      turnWanted = false;
      Segment at = segment;
      if (at != null && at.committed() > 0) {
        endSegment();
      }
    }
  }

  private void abandonSegment() {
    if (segment != null) {
      folder.abandon(segment);
      segment = null;
    }
    SegmentFiles.SegmentFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("Closing an abandoned segment: {}", e.toString());
      }
    }
  }

  /** Waits for the next try; false when the journal is closing and has waited long enough. */
  private boolean awaitRetry() {
    // An interrupt closes channels: with the flag left on, every try would fail.
    Thread.interrupted();
    long now = System.nanoTime();
    if (closing && giveUpAt == 0) {
      giveUpAt = now + options.closeLimit().toNanos();
    }
    if (closing && now - giveUpAt >= 0) {
      LOG.error(
          "The journal closes while the disk fails: {} records are lost",
          pending.sequence() - durable);
      return false;
    }
    Duration delay = options.retryDelay();
    LockSupport.parkNanos(this, delay.toNanos());
    return true;
  }

  private void finish() {
    try {
      Segment last = segment;
      if (last != null) {
        endSegment();
        if (last.committed() == 0) {
          folder.free(last);
        }
      }
    } catch (IOException e) {
      LOG.warn("Closing the last segment: {}", e.toString());
    }
  }

  private Segment segment() {
    if (segment == null) {
      throw new IllegalStateException("no segment");
    }
    return segment;
  }

  private SegmentFiles.SegmentFile file() {
    if (file == null) {
      throw new IllegalStateException("no open segment");
    }
    return file;
  }
}
