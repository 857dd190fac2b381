package org.archipel.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the durable records of a journal from the oldest on, and frees the segments that were read
 * through. What was read but not freed is read again after a restart. For one thread at a time.
 */
final class JournalTail {
  private static final Logger LOG = LoggerFactory.getLogger(JournalTail.class);

  private final SegmentFolder folder;
  private final List<Segment> done = new ArrayList<>();
  private final List<Segment> damaged = new ArrayList<>();
  private @Nullable Segment segment;
  private @Nullable SegmentReader reader;
  private int index;
  private int lost;
  private long sequence;

  /**
   * @param durable the journal's last durable sequence, for a folder without segments
   */
  JournalTail(SegmentFolder folder, long durable) {
    this.folder = folder;
    this.sequence = folder.oldest().map(o -> o.header().firstSequence() - 1).orElse(durable);
  }

  /** The sequence of the last record read (or found lost), or the one before the first. */
  long sequence() {
    return sequence;
  }

  /**
   * The next durable records, at most {@code most}; none when all were read.
   *
   * @throws JournalException when a segment cannot be read; calling again tries again
   */
  List<UsageRecord> next(int most) {
    List<UsageRecord> records = new ArrayList<>();
    try {
      while (records.size() < most && readOne(records)) {
        // Each call adds a record or goes to the next segment.
      }
      return records;
    } catch (IOException e) {
      closeReader();
      if (!records.isEmpty()) {
        // The next call opens the segment again and goes to where this one stopped.
        return records;
      }
      throw new JournalException("the journal cannot be read: " + e, e);
    }
  }

  private boolean readOne(List<UsageRecord> records) throws IOException {
    Optional<Segment> current = current();
    if (current.isEmpty()) {
      return false;
    }
    Segment at = current.get();
    boolean sealed = at.sealed();
    int committed = at.committed();
    if (index >= committed) {
      return sealed && leave(at);
    }
    SegmentReader open = open(at);
    int expected = index;
    boolean found = open.advance(committed);
    index = found ? open.nextIndex() : committed;
    sequence = at.header().firstSequence() + index - 1;
    int missing = index - expected - (found ? 1 : 0);
    if (missing > 0) {
      report(at, expected, missing, open.damageAt());
    }
    if (found) {
      decode(at, open, records);
    }
    return true;
  }

  private void decode(Segment at, SegmentReader open, List<UsageRecord> records) {
    try {
      records.add(open.record());
    } catch (JournalException e) {
      LOG.error("{}: record {} cannot be read: {}", at.path(), index - 1, e.getMessage());
      lost++;
    }
  }

  private void report(Segment at, int first, int missing, long damageAt) {
    lost += missing;
    LOG.error(
        "{}: {} usage records from index {} on are damaged (byte {})",
        at.path(),
        missing,
        first,
        damageAt);
  }

  private Optional<Segment> current() {
    if (segment == null) {
      enter(folder.oldest());
    }
    return Optional.ofNullable(segment);
  }

  private void enter(Optional<Segment> next) {
    segment = next.orElse(null);
    index = 0;
    // A segment that was lost before this one counts as read.
    next.ifPresent(n -> sequence = Math.max(sequence, n.header().firstSequence() - 1));
  }

  private SegmentReader open(Segment at) throws IOException {
    SegmentReader open = reader;
    if (open == null) {
      open = new SegmentReader(folder.open(at), at.header());
      while (open.nextIndex() < index && open.advance(index)) {
        // Back to where an earlier reader of this segment stopped.
      }
      reader = open;
    }
    return open;
  }

  /** Leaves a segment that was read through; false when there is none after it yet. */
  private boolean leave(Segment at) {
    Optional<Segment> next = folder.after(at);
    if (next.isEmpty()) {
      return false;
    }
    retire(at);
    enter(next);
    return true;
  }

  private void retire(Segment at) {
    closeReader();
    (lost > 0 ? damaged : done).add(at);
    lost = 0;
  }

  /** Whether segments were read through and wait to be freed. */
  boolean canFree() {
    return !done.isEmpty() || !damaged.isEmpty() || isAtEnd();
  }

  private boolean isAtEnd() {
    Segment at = segment;
    return at != null && at.sealed() && index >= at.committed();
  }

  /** Frees the segments that were read through: all records that were returned are in the store. */
  void free() {
    Segment at = segment;
    if (at != null && isAtEnd()) {
      retire(at);
      enter(folder.after(at));
    }
    done.forEach(folder::free);
    done.clear();
    damaged.forEach(folder::keepAside);
    damaged.clear();
  }

  void close() {
    closeReader();
  }

  private void closeReader() {
    SegmentReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("Closing a segment: {}", e.toString());
      }
    }
  }
}
