package org.archipel.ledger;

/**
 * Takes usage records and makes them durable in groups. Made for the hot path: {@link #append} only
 * copies the record into memory, and one listener call per commit tells that records are safe.
 *
 * <p>Thread-safe. Sequences grow by one with each record of a running process; they mean nothing
 * after a restart.
 */
public interface Journal {
  /**
   * Takes a record and returns its sequence. Never waits for the disk.
   *
   * @throws JournalException when the journal cannot write (disk full, device gone): the record was
   *     not taken
   */
  long append(UsageRecord record);

  /** The sequence up to which every record survives a {@code kill -9} and a loss of power. */
  long durable();

  /**
   * Calls {@code listener} on the journal's own thread after each commit, and after a failure; it
   * must not block.
   */
  void onCommit(Runnable listener);

  /** Whether records can be taken and made durable now. False from a failed write to a good one. */
  boolean healthy();
}
