package org.archipel.ledger;

import static org.archipel.ledger.JournalReading.SMALL;
import static org.archipel.ledger.JournalReading.drain;
import static org.archipel.ledger.JournalReading.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalCrashTest {
  @TempDir Path folder;

  /** Rounds of appending, failing disks, freeing and power losses on one folder, with a model. */
  @Test
  void durableRecordsSurviveEverySequenceOfFailuresAndPowerLosses() throws IOException {
    for (int run = 0; run < 6; run++) {
      long seed = Long.getLong("seed", System.nanoTime());
      try {
        simulate(folder.resolve("run" + run), new SplittableRandom(seed), new Records(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void simulate(Path path, SplittableRandom random, Records records)
      throws IOException {
    List<UsageRecord> held = new ArrayList<>();
    for (int life = 0; life < 12; life++) {
      FlakyDisk disk = new FlakyDisk();
      FileJournal journal = FileJournal.open(path, SMALL, disk);
      assertThat(drain(journal)).as("life %d", life).isEqualTo(held);
      int read = held.size();
      boolean freed = false;
      for (int step = random.nextInt(8); step > 0; step--) {
        disk.writesFail(random.nextInt(4) == 0);
        disk.forcesFail(random.nextInt(4) == 0);
        read += append(journal, records.next(random.nextInt(300)), held, read);
        if (random.nextInt(6) == 0) {
          journal.tail().free();
          freed = true;
        }
      }
      disk.writesFail(false);
      disk.forcesFail(false);
      if (random.nextBoolean()) {
        await().until(journal::healthy);
      }
      long before = journal.tail().sequence() - read;
      int durable = (int) (journal.durable() - before);
      disk.powerLoss(random);
      journal.close();
      List<UsageRecord> found = recover(path);
      int from = found.isEmpty() ? durable : held.indexOf(found.getFirst());
      // Only what was read may have been freed, and only when somebody said so.
      assertThat(from).isBetween(0, freed ? read : 0);
      int safe = Math.max(0, durable - from);
      assertThat(found.size()).isGreaterThanOrEqualTo(safe);
      assertThat(found.subList(0, safe)).isEqualTo(held.subList(from, from + safe));
      // Beyond, single records of the last group may be there, each once and in order.
      if (!found.isEmpty()) {
        assertThat(held).containsSubsequence(found);
      }
      held = new ArrayList<>(found);
    }
  }

  /** Appends, reads some of what is durable, and returns how many were read. */
  private static int append(
      FileJournal journal, List<UsageRecord> some, List<UsageRecord> held, int read) {
    for (UsageRecord record : some) {
      journal.append(record);
      held.add(record);
    }
    List<UsageRecord> next = journal.tail().next(50);
    assertThat(next).isEqualTo(held.subList(read, read + next.size()));
    return next.size();
  }

  @Test
  void fileCutAtAnyByteGivesTheRecordsThatAreWhole() throws IOException {
    List<UsageRecord> records = new Records(11).next(5);
    Path segment = write(records);
    List<Long> ends = frameEnds(segment, records.size());
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      for (long size = ends.getLast() + 3; size >= SegmentHeader.SIZE; size--) {
        long length = size;
        file.setLength(length);
        int whole = (int) ends.stream().filter(end -> end <= length).count();
        assertThat(scan()).as("cut at byte %d", length).isEqualTo(records.subList(0, whole));
        if (whole == 0) {
          break;
        }
      }
    }
  }

  @Test
  void flippedBitCostsTheRecordThatItHitsAndNoOther() throws IOException {
    List<UsageRecord> records = new Records(12).next(5);
    Path segment = write(records);
    List<Long> ends = frameEnds(segment, records.size());
    SplittableRandom random = new SplittableRandom(12);
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      for (long at = SegmentHeader.SIZE; at < ends.getLast(); at++) {
        flip(file, at, 1 << random.nextInt(8));
        long place = at;
        int hit = (int) ends.stream().filter(end -> end <= place).count();
        List<UsageRecord> expected = new ArrayList<>(records);
        expected.remove(hit);
        assertThat(scan()).as("byte %d", at).isEqualTo(expected);
        file.seek(at);
        restore(file, at);
      }
    }
  }

  private byte original;

  private void flip(RandomAccessFile file, long at, int bit) throws IOException {
    file.seek(at);
    original = file.readByte();
    file.seek(at);
    file.writeByte(original ^ bit);
  }

  private void restore(RandomAccessFile file, long at) throws IOException {
    file.seek(at);
    file.writeByte(original);
  }

  @Test
  void damagedSegmentIsReadAsFarAsPossibleAndKeptAside() throws IOException {
    List<UsageRecord> records = new Records(13).next(1200);
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      records.forEach(journal::append);
    }
    List<Path> segments = list(SegmentFolder.SEGMENT);
    assertThat(segments).hasSizeGreaterThan(2);
    try (RandomAccessFile file = new RandomAccessFile(segments.get(1).toFile(), "rw")) {
      file.seek(50_000);
      file.write(new byte[3000]);
    }
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      List<UsageRecord> found = drain(journal);
      assertThat(found).hasSizeBetween(1180, 1198).isSubsetOf(records).doesNotHaveDuplicates();
      assertThat(journal.tail().sequence()).isEqualTo(1200);
      journal.tail().free();
    }
    assertThat(list(SegmentFolder.DAMAGED)).hasSize(1);
    assertThat(recover(folder)).isEmpty();
  }

  @Test
  void segmentWithoutHeaderIsKeptAsideAndTheOthersAreRead() throws IOException {
    List<UsageRecord> records = new Records(14).next(1200);
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      records.forEach(journal::append);
    }
    List<Path> segments = list(SegmentFolder.SEGMENT);
    try (RandomAccessFile file = new RandomAccessFile(segments.get(1).toFile(), "rw")) {
      file.write(new byte[40]);
    }
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      List<UsageRecord> found = drain(journal);
      assertThat(found).hasSizeBetween(600, 1100).doesNotHaveDuplicates();
      assertThat(records).containsSubsequence(found).startsWith(found.getFirst());
      assertThat(found).endsWith(records.getLast());
      assertThat(journal.tail().sequence()).isEqualTo(1200);
    }
    assertThat(list(SegmentFolder.DAMAGED)).hasSize(1);
  }

  @Test
  void journalOfANewerVersionIsNotTouched() throws IOException {
    Path segment = write(new Records(15).next(3));
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer header = ByteBuffer.wrap(bytes).putInt(8, 4);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 32);
    header.putInt(32, (int) crc.getValue());
    Files.write(segment, bytes);
    assertThatThrownBy(() -> FileJournal.open(folder, SMALL))
        .isInstanceOf(JournalException.class)
        .hasMessage("journal format: 4 (expected: 1 to 3)");
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void fullDiskMakesTheJournalUnhealthyAndLosesNothing() {
    FlakyDisk disk = new FlakyDisk();
    List<UsageRecord> records = new Records(16).next(300);
    try (FileJournal journal = FileJournal.open(folder, SMALL, disk)) {
      AtomicInteger told = new AtomicInteger();
      journal.onCommit(told::incrementAndGet);
      records.subList(0, 100).forEach(journal::append);
      await().until(() -> journal.durable() == 100);
      disk.writesFail(true);
      int toldBefore = told.get();
      records.subList(100, 200).forEach(journal::append);
      await().until(() -> !journal.healthy());
      await().until(() -> told.get() > toldBefore);
      assertThat(journal.durable()).isEqualTo(100);
      disk.writesFail(false);
      await().until(() -> journal.durable() == 200);
      await().until(journal::healthy);
      disk.forcesFail(true);
      records.subList(200, 300).forEach(journal::append);
      await().until(() -> !journal.healthy());
      disk.forcesFail(false);
      await().until(() -> journal.durable() == 300);
      assertThat(drain(journal)).isEqualTo(records);
    }
    assertThat(recover(folder)).isEqualTo(records);
  }

  @Test
  void recordsBeyondTheMemoryBoundAreRefusedUntilTheDiskWorks() {
    FlakyDisk disk = new FlakyDisk();
    JournalOptions narrow =
        new JournalOptions(
            SMALL.segmentBytes(),
            1024 * 1024,
            SMALL.retryDelay(),
            SMALL.closeLimit(),
            SMALL.groupPace());
    try (FileJournal journal = FileJournal.open(folder, narrow, disk)) {
      disk.writesFail(true);
      int taken = 0;
      while (true) {
        try {
          journal.append(Records.typical(taken));
          taken++;
        } catch (JournalException e) {
          assertThat(e)
              .hasMessage(
                  "records that wait for the disk: 1048576 bytes (expected: less; the disk does not"
                      + " keep up)");
          break;
        }
      }
      assertThat(taken).isGreaterThan(2000);
      disk.writesFail(false);
      long all = taken;
      await().until(() -> journal.durable() == all);
      assertThat(journal.append(Records.typical(taken))).isEqualTo(all + 1);
      await().until(() -> journal.durable() == all + 1);
      assertThat(drain(journal)).hasSize(taken + 1).endsWith(Records.typical(taken));
    }
  }

  @Test
  void closeOnABrokenDiskGivesUpInTimeAndKeepsWhatWasDurable() {
    FlakyDisk disk = new FlakyDisk();
    List<UsageRecord> records = new Records(17).next(60);
    FileJournal journal = FileJournal.open(folder, SMALL, disk);
    records.subList(0, 40).forEach(journal::append);
    await().until(() -> journal.durable() == 40);
    disk.writesFail(true);
    records.subList(40, 60).forEach(journal::append);
    journal.close();
    assertThat(journal.healthy()).isFalse();
    assertThat(recover(folder)).isEqualTo(records.subList(0, 40));
  }

  @Test
  void fullDiskAtTheStartFailsTheStart() {
    FlakyDisk disk = new FlakyDisk();
    disk.writesFail(true);
    assertThatThrownBy(() -> FileJournal.open(folder, SMALL, disk))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("No space left on device");
    recover(folder);
  }

  private Path write(List<UsageRecord> records) throws IOException {
    try (FileJournal journal = FileJournal.open(folder, SMALL)) {
      records.forEach(journal::append);
    }
    return list(SegmentFolder.SEGMENT).getFirst();
  }

  /** What a restart would find, without beginning a new segment. */
  private List<UsageRecord> scan() throws IOException {
    try (SegmentFolder files = new SegmentFolder(folder, SMALL.segmentBytes(), new Unforced())) {
      JournalTail tail = new JournalTail(files, files.recover());
      try {
        return tail.next(1000);
      } finally {
        tail.close();
      }
    }
  }

  /** The real disk without the forcing, which thousands of recoveries cannot wait for. */
  private static final class Unforced implements SegmentFiles {
    @Override
    public SegmentFile open(Path path) throws IOException {
      SegmentFile file = SegmentFiles.disk().open(path);
      return new SegmentFile() {
        @Override
        public void write(ByteBuffer source, long position) throws IOException {
          file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
          return file.read(target, position);
        }

        @Override
        public void force() {}

        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }
  }

  private static List<Long> frameEnds(Path segment, int records) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    List<Long> ends = new ArrayList<>();
    int at = SegmentHeader.SIZE;
    for (int i = 0; i < records; i++) {
      at += RecordFrame.size(bytes, at);
      ends.add((long) at);
    }
    return ends;
  }

  private List<Path> list(String suffix) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(path -> path.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
