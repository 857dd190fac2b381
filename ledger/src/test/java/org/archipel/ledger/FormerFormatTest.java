package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A site that is updated finds what its former version left in the journal. {@code
 * journal/format-1.segment} was written by the program as it was with format 1, from {@link
 * #records}, and cut behind the last record; {@code format-2.segment} so with format 2, its first
 * and last record a {@link Records#typical} one.
 */
final class FormerFormatTest {
  private static final String FORMAT_1 = "/journal/format-1.segment";
  private static final String FORMAT_2 = "/journal/format-2.segment";

  @TempDir Path folder;

  private static List<UsageRecord> records() {
    return List.of(
        new UsageRecord(
            UUID.fromString("01990000-0000-7000-8000-000000000001"),
            Instant.parse("2026-11-20T10:11:12.345678Z"),
            "req-1",
            "rennes",
            new UsageRecord.Charged("univ-rennes", "assistant", "4f6a2c91"),
            "mistral-small",
            Optional.of(new UsageRecord.Place("gpu1-vllm-8000", "univ-rennes")),
            "/v1/chat/completions",
            true,
            UsageOutcome.COMPLETED,
            200,
            Optional.empty(),
            new UsageRecord.Tokens(1234, 512, 345, false),
            new UsageRecord.Timing(120, 250_000, 9_000_000),
            5120,
            86_000,
            1),
        new UsageRecord(
            UUID.fromString("01990000-0000-7000-8000-000000000002"),
            Instant.parse("2026-11-20T10:11:13Z"),
            "",
            "nantes",
            new UsageRecord.Charged("école-été", "cours", "日本"),
            "bge-m3",
            Optional.empty(),
            "/v1/embeddings",
            false,
            UsageOutcome.FAILED,
            503,
            Optional.of("queue_timeout"),
            UsageRecord.Tokens.NONE,
            new UsageRecord.Timing(0, 0, 1L << 40),
            1L << 41,
            0,
            0),
        new UsageRecord(
            UUID.fromString("01990000-0000-7000-8000-000000000003"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            "req-3",
            "brest",
            new UsageRecord.Charged("insa", "rag", "k"),
            "qwen3",
            Optional.of(new UsageRecord.Place("gpu2", "insa")),
            "/v1/completions",
            true,
            UsageOutcome.CANCELLED,
            499,
            Optional.empty(),
            new UsageRecord.Tokens(7, 0, 3, true),
            new UsageRecord.Timing(1, 2, 3),
            4,
            5,
            2));
  }

  @Test
  void recordsOfTheFirstFormatAreRead() throws IOException {
    leave(FORMAT_1, 0);
    assertThat(JournalReading.recover(folder)).isEqualTo(records());
  }

  @Test
  void recordsOfTheSecondFormatAreRead() throws IOException {
    leave(FORMAT_2, 0);
    UsageRecord added = new Records(9).next();
    try (FileJournal journal = FileJournal.open(folder, JournalReading.SMALL)) {
      journal.append(added);
    }
    List<UsageRecord> read = JournalReading.recover(folder);
    assertThat(read).hasSize(4).startsWith(Records.typical(1)).endsWith(Records.typical(3), added);
    assertThat(read.get(1).price()).isPresent();
    assertThat(read.get(1).origin()).isEmpty();
    assertThat(read.get(1).servedBy()).isEmpty();
  }

  @Test
  void newRecordsFollowThoseOfTheFirstFormat() throws IOException {
    leave(FORMAT_1, 0);
    UsageRecord added = new Records(8).next();
    try (FileJournal journal = FileJournal.open(folder, JournalReading.SMALL)) {
      journal.append(added);
    }
    assertThat(JournalReading.recover(folder)).startsWith(records().getFirst()).endsWith(added);
  }

  @Test
  void damageInTheFirstFormatLosesOneRecord() throws IOException {
    leave(FORMAT_1, SegmentHeader.SIZE + 40);
    assertThat(JournalReading.recover(folder)).isEqualTo(records().subList(1, 3));
  }

  @Test
  void formatOfALaterProgramIsRefused() {
    SegmentHeader later = new SegmentHeader(1, 1, 5, SegmentHeader.VERSION + 1);
    assertThatThrownBy(() -> SegmentHeader.decode(later.encode()))
        .hasMessage("journal format: 4 (expected: 1 to 3)");
  }

  /** Puts the segment where a former version would have left it, one byte damaged unless 0. */
  private void leave(String segment, int damaged) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FormerFormatTest.class.getResourceAsStream(segment))) {
      byte[] bytes = in.readAllBytes();
      if (damaged > 0) {
        bytes[damaged] ^= 1;
      }
      Files.write(folder.resolve("1.journal"), bytes);
    }
  }
}
