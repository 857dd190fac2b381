package org.archipel.ledger;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that appends as fast as it can until it is killed. Two threads, each with numbers that
 * grow by one from its base; prints the durable count at each commit.
 */
final class AppendingProcess {
  static final long SECOND_BASE = 1L << 32;

  private AppendingProcess() {}

  /** Arguments: the folder, and how many records of each thread went before. */
  public static void main(String[] args) throws Exception {
    FileJournal journal = FileJournal.open(Path.of(args[0]), JournalReading.SMALL);
    long before = journal.durable();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    journal.onCommit(
        () -> {
          out.println(journal.durable() - before);
          out.flush();
        });
    long first = Long.parseLong(args[1]);
    long second = SECOND_BASE + Long.parseLong(args[2]);
    Thread other = Thread.ofPlatform().start(() -> append(journal, second));
    append(journal, first);
    other.join();
  }

  private static void append(FileJournal journal, long from) {
    for (long number = from; ; ) {
      try {
        journal.append(Records.typical(number));
        number++;
      } catch (JournalException full) {
        Thread.onSpinWait();
      }
    }
  }
}
