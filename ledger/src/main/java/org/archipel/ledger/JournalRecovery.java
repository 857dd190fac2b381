package org.archipel.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what an earlier process left in the folder. A segment that has a successor ends where
 * the successor's first sequence says; only others are read through, up to their last whole record.
 * For one thread, used once.
 */
final class JournalRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

  private final Path folder;
  private final SegmentFiles files;
  private long lastOrdinal;
  private long lastSpare;
  private long lastSequence;

  JournalRecovery(Path folder, SegmentFiles files) {
    this.folder = folder;
    this.files = files;
  }

  long lastOrdinal() {
    return lastOrdinal;
  }

  long lastSpare() {
    return lastSpare;
  }

  long lastSequence() {
    return lastSequence;
  }

  void run(Collection<Segment> segments, Collection<Path> spares, int segmentBytes)
      throws IOException {
    for (Path path : list(SegmentFolder.SPARE)) {
      lastSpare = Math.max(lastSpare, number(path));
      if (Files.size(path) == segmentBytes && spares.isEmpty()) {
        spares.add(path);
      } else {
        Files.delete(path);
      }
    }
    List<Segment> found = new ArrayList<>();
    for (Path path : list(SegmentFolder.SEGMENT)) {
      open(path).ifPresent(found::add);
    }
    for (int i = 0; i < found.size(); i++) {
      Segment segment = found.get(i);
      Optional<SegmentHeader> next =
          i + 1 < found.size() ? Optional.of(found.get(i + 1).header()) : Optional.empty();
      segment.committed(count(segment, next));
      segment.seal();
      lastSequence = Math.max(lastSequence, segment.lastSequence());
      reportGap(segment, next);
      if (segment.committed() > 0) {
        segments.add(segment);
      } else {
        Files.delete(segment.path());
      }
    }
  }

  private Optional<Segment> open(Path path) throws IOException {
    long ordinal = number(path);
    lastOrdinal = Math.max(lastOrdinal, ordinal);
    ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.SIZE);
    try (SegmentFiles.SegmentFile file = files.open(path)) {
      int read = file.read(bytes, 0);
      bytes.clear().limit(read);
    }
    Optional<SegmentHeader> header = SegmentHeader.decode(bytes);
    if (header.isEmpty()) {
      LOG.error("{}: no valid header, its records are lost; kept as {}", path, aside(path));
      return Optional.empty();
    }
    lastSequence = Math.max(lastSequence, header.get().firstSequence() - 1);
    if (header.get().ordinal() != ordinal) {
      // It was about to become another segment when the power went; it held no records any more.
      Files.delete(path);
      return Optional.empty();
    }
    return Optional.of(new Segment(path, header.get()));
  }

  private static void reportGap(Segment segment, Optional<SegmentHeader> next) {
    long missing = next.map(n -> n.firstSequence() - segment.lastSequence() - 1).orElse(0L);
    if (missing > 0) {
      LOG.error("{}: {} usage records after this segment are missing", segment.path(), missing);
    }
  }

  private int count(Segment segment, Optional<SegmentHeader> next) throws IOException {
    SegmentHeader header = segment.header();
    if (next.isPresent() && next.get().ordinal() == header.ordinal() + 1) {
      return (int) (next.get().firstSequence() - header.firstSequence());
    }
    SegmentFiles.SegmentFile file = files.open(segment.path());
    try (SegmentReader reader = new SegmentReader(file, header)) {
      while (reader.advance(Integer.MAX_VALUE)) {
        // Nothing to do with the records yet: they are read again on their way to the store.
      }
      // They may only be in the page cache: the next segment will promise that they are durable.
      file.force();
      return reader.nextIndex();
    }
  }

  private List<Path> list(String suffix) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> path.getFileName().toString().matches("\\d{1,20}\\" + suffix))
          .sorted((a, b) -> Long.compare(number(a), number(b)))
          .toList();
    }
  }

  private static long number(Path path) {
    String name = path.getFileName().toString();
    return Long.parseLong(name, 0, name.indexOf('.'), 10);
  }

  /** Renames a segment so that it is never read again, and returns its new place. */
  static Path aside(Path segment) {
    String name = segment.getFileName().toString();
    String stem = name.substring(0, name.indexOf('.'));
    Path aside = segment.resolveSibling(stem + SegmentFolder.DAMAGED);
    for (int copy = 2; Files.exists(aside); copy++) {
      aside = segment.resolveSibling(stem + "-" + copy + SegmentFolder.DAMAGED);
    }
    try {
      return Files.move(segment, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.error("{}: cannot be renamed: {}", segment, e.toString());
      return segment;
    }
  }
}
