package org.archipel.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the journal's tests share: small sizes, and reading a folder as a restart would. */
final class JournalReading {
  /**
   * The smallest segments, and no patience: for tests that go through many segments. There is room
   * for every record of a test while a busy disk makes it wait.
   */
  static final JournalOptions SMALL =
      new JournalOptions(
          128 * 1024,
          16 * 1024 * 1024,
          Duration.ofMillis(5),
          Duration.ofMillis(100),
          Duration.ofNanos(300_000));

  private JournalReading() {}

  /** All records that a restart finds in a folder, which is left as it is but for a new segment. */
  static List<UsageRecord> recover(Path folder) {
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      return drain(journal);
    }
  }

  /** All durable records that were not read yet. */
  static List<UsageRecord> drain(FileJournal journal) {
    List<UsageRecord> all = new ArrayList<>();
    while (true) {
      List<UsageRecord> some = journal.tail().next(100);
      if (some.isEmpty()) {
        return all;
      }
      all.addAll(some);
    }
  }
}
