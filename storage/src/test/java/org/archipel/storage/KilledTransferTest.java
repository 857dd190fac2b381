package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while a database is being moved. */
@Timeout(240)
class KilledTransferTest {
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int FISH = 60_000;
  private static final int KILLS = 4;
  private static final String COPIED = "copied ";

  @TempDir Path folder;

  /** A process of its own that moves a database. */
  static final class Mover {
    public static void main(String[] args) {
      System.out.println(COPIED);
      StorageTransfer transfer =
          new StorageTransfer((table, rows, complete) -> System.out.println(COPIED));
      transfer.move(args[0], args[1]);
    }
  }

  @Test
  void aMoveThatWasKilledIsToldAndDoneByTheNextOne() throws Exception {
    String from = "sqlite:" + folder.resolve("file.db");
    String to = TestDatabase.url(folder);
    Map<String, List<String>> content;
    try (Database database = Wreck.open(from)) {
      Wreck.fill(database, FISH);
      content = Wreck.content(database);
    }
    Random random = new Random(SEED);
    int halfWay = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      if (!killedAfter(1 + random.nextInt(6), from, to)) {
        break;
      }
      halfWay += isHalfWay(to) ? 1 : 0;
    }
    assertThat(halfWay).as("seed " + SEED).isPositive();
    new StorageTransfer((table, rows, complete) -> {}).move(from, to);
    try (Database database = Wreck.open(to)) {
      assertThat(Wreck.content(database)).as("seed " + SEED).isEqualTo(content);
    }
  }

  /** False when the move was done before the kill. */
  private static boolean killedAfter(int words, String from, String to) throws Exception {
    Process child = ChildJvm.of(Mover.class, from, to).start();
    try (BufferedReader lines = child.inputReader()) {
      for (int seen = 0; seen < words; ) {
        String line = lines.readLine();
        if (line == null) {
          break;
        }
        seen += line.startsWith(COPIED) ? 1 : 0;
      }
      child.toHandle().destroyForcibly();
    }
    return child.waitFor() != 0;
  }

  private static boolean isHalfWay(String to) {
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Lagoon.open(to).close());
    return e != null && String.valueOf(e.getMessage()).contains("a copy into it did not end");
  }
}
