package org.archipel.ledger;

import static org.archipel.ledger.JournalReading.SMALL;
import static org.archipel.ledger.JournalReading.drain;
import static org.archipel.ledger.JournalReading.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileJournalTest {
  @TempDir Path folder;

  @Test
  void recordsOfEveryShapeAreFoundAgainAfterRestart() {
    List<UsageRecord> records = new Records(1).next(3000);
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      records.forEach(journal::append);
    }
    assertThat(recover(folder)).isEqualTo(records);
  }

  @Test
  void durableReachesTheLastSequenceAndListenersHearOfIt() {
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      AtomicLong heard = new AtomicLong();
      journal.onCommit(() -> heard.set(journal.durable()));
      long last = 0;
      for (UsageRecord record : new Records(2).next(50)) {
        last = journal.append(record);
      }
      long expected = last;
      await().until(() -> heard.get() == expected);
      assertThat(last).isEqualTo(50);
      assertThat(journal.healthy()).isTrue();
    }
  }

  @Test
  void listenerThatFailsDoesNotStopTheJournal() {
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      journal.onCommit(
          () -> {
            throw new IllegalStateException("listener");
          });
      long first = journal.append(Records.typical(1));
      await().until(() -> journal.durable() == first);
      long second = journal.append(Records.typical(2));
      await().until(() -> journal.durable() == second);
    }
  }

  @Test
  void producersOnSeveralThreadsLoseNothingAndKeepTheirOrder() throws InterruptedException {
    int producers = 4;
    int each = 5000;
    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      journal.onCommit(() -> heard.add(journal.durable()));
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        long base = (long) p * each;
        threads.add(Thread.ofPlatform().start(() -> appendAll(journal, base, each)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(heard).isSorted().doesNotHaveDuplicates().endsWith((long) producers * each);
    List<Long> numbers =
        recover(folder).stream().map(r -> r.id().getLeastSignificantBits() & 0xffffff).toList();
    assertThat(numbers).hasSize(producers * each).doesNotHaveDuplicates();
    for (int p = 0; p < producers; p++) {
      long base = (long) p * each;
      assertThat(numbers.stream().filter(n -> n / each == base / each)).isSorted();
    }
  }

  private static void appendAll(FileJournal journal, long base, int count) {
    for (int i = 0; i < count; i++) {
      while (true) {
        try {
          journal.append(Records.typical(base + i));
          break;
        } catch (JournalException full) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @Test
  void readRecordsAreFreedAndNotFoundAgain() throws IOException {
    List<UsageRecord> records = new Records(3).next(2000);
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      records.forEach(journal::append);
      await().until(() -> journal.durable() == 2000);
      assertThat(drain(journal)).isEqualTo(records);
      journal.tail().free();
      // All but the one that is being written.
      assertThat(journal.bytes()).isEqualTo(SMALL.segmentBytes());
      journal.finish();
      journal.tail().free();
      assertThat(journal.bytes()).isZero();
    }
    assertThat(recover(folder)).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.endsWith(SegmentFolder.SEGMENT));
    }
  }

  @Test
  void recycledFilesNeverGiveBackTheirOldRecords() {
    for (int round = 0; round < 8; round++) {
      List<UsageRecord> records = new Records(round).next(700 - 80 * round);
      try (FileJournal journal = FileJournal.open(folder, SMALL)) {
        records.forEach(journal::append);
        journal.finish();
        assertThat(drain(journal)).isEqualTo(records);
        journal.tail().free();
      }
    }
    assertThat(recover(folder)).isEmpty();
  }

  @Test
  void recordsThatWereNotFreedComeAgainBeforeNewOnes() {
    List<UsageRecord> records = new Records(4).next(30);
    for (int restart = 0; restart < 3; restart++) {
      try (FileJournal journal = FileJournal.open(folder, SMALL)) {
        records.subList(10 * restart, 10 * restart + 10).forEach(journal::append);
      }
    }
    assertThat(recover(folder)).isEqualTo(records);
  }

  @Test
  void secondOpenerIsRefused() {
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      assertThatThrownBy(() -> FileJournal.open(folder, SMALL))
          .isInstanceOf(JournalException.class)
          .hasMessage(
              "%s: in use by process %d (expected: one process only)",
              folder, ProcessHandle.current().pid());
      assertThat(journal.healthy()).isTrue();
    }
    recover(folder);
  }

  @Test
  void stringBeyondItsBoundIsRefusedByName() {
    UsageRecord record = withModel("m".repeat(4097));
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      assertThatThrownBy(() -> journal.append(record))
          .isInstanceOf(JournalException.class)
          .hasMessage("model: 4097 bytes (expected: <= 4096)");
      assertThat(journal.append(withModel("m".repeat(4096)))).isEqualTo(1);
    }
    assertThat(recover(folder)).containsExactly(withModel("m".repeat(4096)));
  }

  @Test
  void appendAfterCloseIsRefused() {
    FileJournal journal = FileJournal.open(folder, SMALL);
    journal.close();
    assertThatThrownBy(() -> journal.append(Records.typical(1)))
        .isInstanceOf(JournalException.class)
        .hasMessage("the journal is closed");
    journal.close();
  }

  @Test
  void folderThatCannotBeMadeFailsTheStart() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> FileJournal.open(file.resolve("journal"), SMALL))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the journal cannot be opened");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    JournalOptions d = JournalOptions.defaults();
    assertThatThrownBy(
            () ->
                new JournalOptions(
                    1, d.pendingBytes(), d.retryDelay(), d.closeLimit(), d.groupPace()))
        .hasMessage("segmentBytes: 1 (expected: 131072 to 1073741824)");
    assertThatThrownBy(
            () ->
                new JournalOptions(
                    d.segmentBytes(), 1, d.retryDelay(), d.closeLimit(), d.groupPace()))
        .hasMessage("pendingBytes: 1 (expected: >= 524288)");
    assertThatThrownBy(() -> d.withGroupPace(Duration.ofNanos(-1)))
        .hasMessage("groupPace: PT-0.000000001S (expected: >= 0)");
  }

  private static UsageRecord withModel(String model) {
    UsageRecord r = Records.typical(1);
    return new UsageRecord(
        r.id(),
        Instant.EPOCH,
        r.requestId(),
        r.site(),
        r.caller(),
        model,
        Optional.empty(),
        r.route(),
        false,
        r.outcome(),
        r.status(),
        r.errorCode(),
        r.tokens(),
        r.timing(),
        0,
        0,
        0);
  }
}
