package org.archipel.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a journal: {@code <ordinal>.journal} for segments, {@code <number>.spare} for files
 * that are written out and wait to become one, {@code <ordinal>.damaged} for segments that could
 * not be read whole and are kept for a person to look at, and {@code lock}. Thread-safe.
 */
final class SegmentFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFolder.class);
  static final String SEGMENT = ".journal";
  static final String SPARE = ".spare";
  static final String DAMAGED = ".damaged";
  private static final int ZEROS = 256 * 1024;
  // One being filled while one is emptied needs no more; the rest goes back to the file system.
  private static final int SPARES_KEPT = 2;

  private final Path folder;
  private final int segmentBytes;
  private final SegmentFiles files;
  private final JournalLock lock;
  private final SecureRandom random = new SecureRandom();
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private final ArrayDeque<Path> spares = new ArrayDeque<>();
  private long nextOrdinal = 1;
  private long spareNumber;
  private boolean closed;

  /** Takes the folder, which is made when it is not there; {@link #recover} must come next. */
  SegmentFolder(Path folder, int segmentBytes, SegmentFiles files) throws IOException {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.files = files;
    Files.createDirectories(folder);
    this.lock = JournalLock.take(folder);
  }

  int segmentBytes() {
    return segmentBytes;
  }

  /** Reads what an earlier process left; returns the last durable sequence, 0 when nothing is. */
  long recover() throws IOException {
    JournalRecovery recovery = new JournalRecovery(folder, files);
    synchronized (this) {
      recovery.run(segments, spares, segmentBytes);
      nextOrdinal = recovery.lastOrdinal() + 1;
      spareNumber = recovery.lastSpare();
      return recovery.lastSequence();
    }
  }

  /** The oldest segment that is still needed. */
  synchronized Optional<Segment> oldest() {
    return Optional.ofNullable(segments.peekFirst());
  }

  /** The segment after {@code segment}. */
  synchronized Optional<Segment> after(Segment segment) {
    return segments.stream()
        // Not only greater: an abandoned segment leaves its ordinal to its successor.
        .filter(other -> other != segment)
        .filter(other -> other.header().ordinal() >= segment.header().ordinal())
        .findFirst();
  }

  /** The bytes that segments take on the disk. */
  synchronized long bytes() {
    return (long) segments.size() * segmentBytes;
  }

  /**
   * Begins a segment. When this returns, the file, its name and its header are durable.
   *
   * @throws IOException when the disk does not take it: then no segment was begun
   */
  synchronized Segment begin(long firstSequence) throws IOException {
    Path spare = spares.isEmpty() ? makeSpare() : spares.pop();
    SegmentHeader header = new SegmentHeader(nextOrdinal, firstSequence, random.nextInt());
    Path path = folder.resolve("%020d%s".formatted(nextOrdinal, SEGMENT));
    boolean renamed = false;
    try {
      try (SegmentFiles.SegmentFile file = files.open(spare)) {
        file.write(header.encode(), 0);
        file.force();
      }
      Files.move(spare, path, StandardCopyOption.ATOMIC_MOVE);
      renamed = true;
      forceFolder();
    } catch (IOException e) {
      deleteQuietly(renamed ? path : spare);
      throw e;
    }
    Segment segment = new Segment(path, header);
    segments.addLast(segment);
    nextOrdinal++;
    return segment;
  }

  SegmentFiles.SegmentFile open(Segment segment) throws IOException {
    return files.open(segment.path());
  }

  /** Makes a spare when there is none, so that {@link #begin} need not. */
  void prepareSpare() throws IOException {
    synchronized (this) {
      if (closed || !spares.isEmpty()) {
        return;
      }
    }
    // Outside of the lock: it takes tens of milliseconds.
    Path spare = makeSpare();
    synchronized (this) {
      spares.add(spare);
    }
  }

  private Path makeSpare() throws IOException {
    Path path;
    synchronized (this) {
      path = folder.resolve(++spareNumber + SPARE);
    }
    try (SegmentFiles.SegmentFile file = files.open(path)) {
      ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
      for (long at = 0; at < segmentBytes; at += zeros.limit()) {
        zeros.clear().limit((int) Math.min(ZEROS, segmentBytes - at));
        file.write(zeros, at);
      }
      file.force();
    } catch (IOException e) {
      deleteQuietly(path);
      throw e;
    }
    return path;
  }

  /** Lets a segment go whose last write failed; nothing remains of one without durable records. */
  synchronized void abandon(Segment segment) {
    segment.seal();
    if (segment.committed() == 0) {
      segments.remove(segment);
      deleteQuietly(segment.path());
      // The ordinal is used again: recovery takes a missing one for a lost segment.
      nextOrdinal = segment.header().ordinal();
    }
  }

  /** Frees a segment whose records are all in the store. */
  synchronized void free(Segment segment) {
    if (!segments.remove(segment)) {
      return;
    }
    try {
      if (spares.size() < SPARES_KEPT) {
        Path spare = folder.resolve(++spareNumber + SPARE);
        Files.move(segment.path(), spare, StandardCopyOption.ATOMIC_MOVE);
        spares.add(spare);
      } else {
        Files.deleteIfExists(segment.path());
      }
    } catch (IOException e) {
      // Its records are read once more after a restart, which changes nothing.
      LOG.warn("{}: cannot free the segment: {}", segment.path(), e.toString());
    }
  }

  /** Keeps a segment that could not be read whole, under a name that is never read again. */
  synchronized void keepAside(Segment segment) {
    if (!segments.remove(segment)) {
      return;
    }
    Path aside = JournalRecovery.aside(segment.path());
    LOG.error("{}: damaged; kept as {}", segment.path(), aside.getFileName());
  }

  private void forceFolder() throws IOException {
    // Windows cannot open a folder, and keeps names in its own journal.
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("{}: cannot delete: {}", path, e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
    }
    lock.close();
  }
}
