package org.archipel.ledger;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A journal in a folder of files that are only ever appended to.
 *
 * <p>{@link #append} encodes a record in a buffer of the calling thread and copies it into shared
 * memory under a lock held for some tens of nanoseconds. One thread writes what has gathered, makes
 * it durable with one {@code fdatasync}, and calls the listeners; what gathers meanwhile is the
 * next group. Segments are written out with zeros beforehand, because forcing a file whose size
 * does not change takes about half the time.
 *
 * <p>When the disk fails (full, gone), {@link #healthy} is false, records wait in memory up to
 * {@link JournalOptions#pendingBytes} and are refused beyond, and the writing is tried again until
 * it works. After a crash all durable records are found again; a last group that was cut by the
 * crash is kept as far as it is whole. Damaged records are reported in the log, and their segment
 * is kept aside. Times are kept in microseconds.
 *
 * <p>Thread-safe. One process may have a folder open.
 */
public final class FileJournal implements Journal, AutoCloseable {
  private final SegmentFolder folder;
  private final PendingRecords pending;
  private final JournalWriter writer;
  private final JournalTail tail;
  private final ThreadLocal<RecordEncoder> encoders = ThreadLocal.withInitial(RecordEncoder::new);

  private FileJournal(SegmentFolder folder, long durable, JournalOptions options) {
    this.folder = folder;
    this.pending = new PendingRecords(options.pendingBytes(), durable);
    this.writer = new JournalWriter(folder, pending, durable, options);
    this.tail = new JournalTail(folder, durable);
  }

  /**
   * Opens a folder, which is made when it is not there, and recovers what it holds.
   *
   * @throws JournalException when another process has it open, when it cannot be read or written,
   *     or when a newer version wrote it
   */
  public static FileJournal open(Path folder, JournalOptions options) {
    return open(folder, options, SegmentFiles.disk());
  }

  static FileJournal open(Path path, JournalOptions options, SegmentFiles files) {
    try {
      SegmentFolder folder = new SegmentFolder(path, options.segmentBytes(), files);
      try {
        FileJournal journal = new FileJournal(folder, folder.recover(), options);
        journal.writer.start();
        return journal;
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException e) {
      throw new JournalException(path + ": the journal cannot be opened: " + e, e);
    }
  }

  @Override
  public long append(UsageRecord record) {
    RecordEncoder encoder = encoders.get();
    int size = encoder.encode(record);
    long sequence = pending.add(encoder.bytes(), size);
    writer.wake();
    return sequence;
  }

  @Override
  public long durable() {
    return writer.durable();
  }

  @Override
  public void onCommit(Runnable listener) {
    writer.onCommit(listener);
  }

  @Override
  public boolean healthy() {
    return writer.healthy();
  }

  /** The bytes on the disk of records that are not known to be in the store. */
  public long bytes() {
    return folder.bytes();
  }

  /** Begins a new segment soon, so that the one at hand can be freed. */
  void turn() {
    writer.turn();
  }

  /** Whether nothing on the disk would bring a record up to this sequence back after a crash. */
  boolean freed(long sequence) {
    return folder.oldest().map(o -> o.header().firstSequence() > sequence).orElse(true);
  }

  /** The one reader of this journal. */
  JournalTail tail() {
    return tail;
  }

  /** Refuses further records and makes those that were taken durable. Safe to call again. */
  void finish() {
    pending.close();
    writer.close();
  }

  /**
   * Makes all records durable and lets go of the folder. On a disk that fails it gives up after
   * {@link JournalOptions#closeLimit} and says in the log what was lost.
   */
  @Override
  public void close() {
    finish();
    tail.close();
    try {
      folder.close();
    } catch (IOException e) {
      throw new JournalException("the journal's folder cannot be let go: " + e, e);
    }
  }
}
