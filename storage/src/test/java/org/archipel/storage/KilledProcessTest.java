package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves behind that ends without closing, as after {@code kill -9}. */
@Timeout(120)
class KilledProcessTest {
  private static final int HALTED = 77;
  private static final String WROTE = "wrote ";

  @TempDir Path folder;
  private Process child = finished();

  /** A process of its own that writes until it is ended. */
  static final class Writer {
    public static void main(String[] args) {
      Database database = Lagoon.open(args[0]);
      boolean halts = args[1].equals("halt");
      for (long i = 1; ; i++) {
        long id = i;
        database.write(
            handle -> {
              handle.execute("INSERT INTO fish (id, name) VALUES (?, 'one of two')", id);
              if (halts && id == 10) {
                // Many pages, so that some reach the disk before the commit.
                if (args[0].startsWith("sqlite:")) {
                  handle.execute("PRAGMA cache_size = 5");
                }
                handle.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n"
                        + " WHERE i < 20000) INSERT INTO fish (id, name) SELECT i, 'x' FROM n");
                Runtime.getRuntime().halt(HALTED);
              }
              return handle.execute("INSERT INTO shoal (id, fish) VALUES (?, ?)", id, id);
            });
        System.out.println(WROTE + id);
      }
    }
  }

  @AfterEach
  void endTheChild() throws InterruptedException {
    child.destroyForcibly().waitFor();
  }

  @Test
  void aTransactionThatTheProcessDiedInLeavesNothing() throws Exception {
    String url = TestDatabase.url(folder);
    child = start(url, "halt");
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(HALTED);
    try (Database database = Lagoon.open(url)) {
      assertThat(Lagoon.ids(database)).containsExactlyElementsOf(upTo(9));
      assertConsistent(database);
      Lagoon.add(database, 10);
    }
  }

  @Test
  void whatAKilledProcessHadCommittedIsThere() throws Exception {
    String url = TestDatabase.url(folder);
    child = start(url, "run");
    long told = 0;
    try (BufferedReader lines = child.inputReader()) {
      while (told < 200) {
        told = Math.max(told, told(lines.readLine()));
      }
      // While it writes: another process may read and write.
      try (Database database = Lagoon.open(url)) {
        assertThat(Lagoon.ids(database).size()).isGreaterThanOrEqualTo(200);
        Lagoon.add(database, -1);
      }
      // Through the handle, which leaves the pipe open: what was told before is read to its end.
      child.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told = Math.max(told, told(line));
      }
    }
    assertThat(child.waitFor()).isNotZero();
    try (Database database = Lagoon.open(url)) {
      List<Long> ids = Lagoon.ids(database);
      assertThat(ids).startsWith(-1L).containsAll(upTo(told));
      assertThat(ids.size() - 1).isLessThanOrEqualTo((int) told + 2);
      assertConsistent(database);
    }
  }

  /** The number in a line of the child's; 0 in one that the kill cut or that somebody logged. */
  private static long told(String line) {
    return line.matches(WROTE + "[0-9]+") ? Long.parseLong(line.substring(WROTE.length())) : 0;
  }

  private static void assertConsistent(Database database) {
    if (!TestDatabase.onPostgres()) {
      assertThat(Lagoon.ask(database, "PRAGMA integrity_check")).isEqualTo("ok");
    }
    assertThat(
            Lagoon.ask(
                database,
                "SELECT count(*) FROM fish WHERE id > 0 AND id NOT IN (SELECT id FROM shoal)"))
        .isEqualTo("0");
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static Process start(String url, String how) throws IOException {
    return ChildJvm.of(Writer.class, url, how).start();
  }

  /** A process that is already over, to begin with. */
  private static Process finished() {
    try {
      return new ProcessBuilder("true").start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
