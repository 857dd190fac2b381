package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalKillIT {
  private static final int KILLS = 6;
  // A record's id carries its number below the variant bits.
  private static final long NUMBER = 0xff_ffff_ffffL;

  @TempDir Path folder;

  @Test
  void everyRecordSaidDurableSurvivesKillNine() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    long first = 0;
    long second = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long durable = appendUntilKilled(first, second, 500 + random.nextLong(40_000));
      List<Long> found =
          JournalReading.recover(folder).stream()
              .map(record -> record.id().getLeastSignificantBits() & NUMBER)
              .toList();
      List<Long> ofFirst = found.stream().filter(n -> n < AppendingProcess.SECOND_BASE).toList();
      List<Long> ofSecond =
          found.stream()
              .filter(n -> n >= AppendingProcess.SECOND_BASE)
              .map(n -> n - AppendingProcess.SECOND_BASE)
              .toList();
      // Each thread's numbers without a gap, none twice, and at least as many as were promised.
      assertThat(ofFirst).as("seed %d", seed).isEqualTo(upTo(ofFirst.size()));
      assertThat(ofSecond).as("seed %d", seed).isEqualTo(upTo(ofSecond.size()));
      assertThat(found.size()).as("seed %d", seed).isGreaterThanOrEqualTo((int) durable);
      first = ofFirst.size();
      second = ofSecond.size();
    }
  }

  private static List<Long> upTo(long end) {
    List<Long> numbers = new ArrayList<>();
    for (long number = 0; number < end; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  /** Returns how many records were durable in all, as far as the process could say. */
  private long appendUntilKilled(long first, long second, long enough) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                AppendingProcess.class.getName(),
                folder.toString(),
                Long.toString(first),
                Long.toString(second))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long durable = 0;
    try (BufferedReader lines = process.inputReader()) {
      while (durable < enough) {
        durable = number(lines, durable);
      }
      assertThatThrownBy(() -> JournalReading.recover(folder))
          .hasMessageContaining("in use by process " + process.pid());
      // Not process.destroyForcibly(), which also closes what is still to be read.
      process.toHandle().destroyForcibly();
      for (long more = durable; more >= 0; more = number(lines, -1)) {
        durable = more;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return first + second + durable;
  }

  /** The next number that was printed whole, or {@code none} at the end. */
  private static long number(BufferedReader lines, long none) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      assertThat(none).as("the process ended by itself").isEqualTo(-1);
      return none;
    }
    return Long.parseLong(line);
  }
}
