package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.archipel.storage.StorageException.Kind;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DatabaseTest {
  @TempDir Path folder;
  private String url = "";

  @BeforeEach
  void newDatabase() {
    url = TestDatabase.url(folder);
  }

  @Test
  void reopeningKeepsData() {
    try (Database database = Lagoon.open(url)) {
      Lagoon.add(database, 7);
    }
    try (Database database = Lagoon.open(url)) {
      assertThat(Lagoon.ids(database)).containsExactly(7L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://host/x?password=hunter2",
        "mysql://user:hunter2@host/x",
        "hunter2.db",
        ""
      })
  void otherUrlsAreRefusedWithoutRepeatingAPassword(String other) {
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Database.open(other).close());
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("(expected: sqlite:PATH");
    assertThat(e.getMessage()).doesNotContain("hunter2");
  }

  @Test
  void aWriteThatThrowsLeavesNothing() {
    try (Database database = Lagoon.open(url)) {
      assertThatThrownBy(
              () ->
                  database.write(
                      handle -> {
                        handle.execute("INSERT INTO fish (id, name) VALUES (1, 'a')");
                        handle
                            .prepareBatch("INSERT INTO fish (id, name) VALUES (?, 'b')")
                            .add(2)
                            .add(3)
                            .execute();
                        throw new IOException("changed my mind");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("changed my mind");
      assertThat(Lagoon.ids(database)).isEmpty();
      Lagoon.add(database, 4);
      assertThat(Lagoon.ids(database)).containsExactly(4L);
    }
  }

  @Test
  void aFailingStatementLeavesNothingAndDoesNotTellTheValues() {
    try (Database database = Lagoon.open(url)) {
      Lagoon.add(database, 1);
      StorageException e =
          catchThrowableOfType(
              StorageException.class,
              () ->
                  database.write(
                      handle -> {
                        handle.execute("INSERT INTO fish (id, name) VALUES (2, 'b')");
                        return handle.execute(
                            "INSERT INTO fish (id, name) VALUES (?, ?)", 1, "private");
                      }));
      assertThat(e.kind()).isEqualTo(Kind.FAILED);
      assertThat(e).hasMessageMatching("(?is).*unique.*");
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).contains("INSERT INTO fish").doesNotContain("private");
      assertThat(Lagoon.ids(database)).containsExactly(1L);
    }
  }

  @Test
  void foreignKeysAreEnforced() {
    try (Database database = Lagoon.open(url)) {
      assertThatThrownBy(
              () -> database.write(h -> h.execute("INSERT INTO shoal (id, fish) VALUES (1, 99)")))
          .isInstanceOf(StorageException.class)
          .hasMessageMatching("(?is).*foreign key.*");
    }
  }

  @Test
  void aReadCannotWrite() {
    try (Database database = Lagoon.open(url)) {
      assertThatThrownBy(
              () -> database.read(h -> h.execute("INSERT INTO fish (id, name) VALUES (1, 'a')")))
          .isInstanceOf(StorageException.class)
          .hasMessageMatching("(?s).*read-?only.*");
      assertThat(Lagoon.ids(database)).isEmpty();
    }
  }

  @Test
  void aReadSeesOneStateHoweverLongItTakes() {
    try (Database database = Lagoon.open(url)) {
      Lagoon.add(database, 1);
      List<Long> counts =
          database.read(
              handle -> {
                List<Long> seen = new ArrayList<>();
                var count = "SELECT count(*) FROM fish";
                seen.add(handle.createQuery(count).mapTo(Long.class).one());
                Lagoon.add(database, 2);
                seen.add(handle.createQuery(count).mapTo(Long.class).one());
                return seen;
              });
      assertThat(counts).containsExactly(1L, 1L);
      assertThat(Lagoon.ids(database)).containsExactly(1L, 2L);
    }
  }

  @Test
  void aWriteInsideAWriteIsToldInsteadOfWaitingForItself() {
    try (Database database = Lagoon.open(url)) {
      assertThatThrownBy(() -> database.write(handle -> Lagoon.add(database, 1)))
          .isInstanceOf(IllegalStateException.class);
      Lagoon.add(database, 2);
      assertThat(Lagoon.ids(database)).containsExactly(2L);
    }
  }

  @Test
  void concurrentWritesOfTwoPoolsAreAllDone() throws Exception {
    try (Database one = Lagoon.open(url);
        Database two = Lagoon.open(url);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int id = i;
        Database database = i % 2 == 0 ? one : two;
        writes.add(threads.submit(() -> readThenAdd(database, id)));
      }
      for (Future<?> write : writes) {
        write.get();
      }
      assertThat(Lagoon.ids(one)).hasSize(400).isEqualTo(Lagoon.ids(two));
    }
  }

  /** Reading first is what makes plain BEGIN transactions fail with SQLITE_BUSY. */
  private static int readThenAdd(Database database, int id) {
    return database.write(
        handle -> {
          int before = handle.createQuery("SELECT count(*) FROM fish").mapTo(Integer.class).one();
          return handle.execute("INSERT INTO fish (id, name) VALUES (?, ?)", id, "after " + before);
        });
  }

  @Test
  void whatAWriteReadsStaysTrueUntilItCommits() throws Exception {
    try (Database one = Lagoon.open(url);
        Database two = Lagoon.open(url);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      one.write(handle -> handle.execute("INSERT INTO fish (id, name) VALUES (1, '0')"));
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Database database = i % 2 == 0 ? one : two;
        writes.add(threads.submit(() -> countUp(database)));
      }
      for (Future<?> write : writes) {
        write.get();
      }
      assertThat(Lagoon.ask(two, "SELECT name FROM fish")).isEqualTo("200");
    }
  }

  private static int countUp(Database database) {
    return database.write(
        handle -> {
          int before = handle.createQuery("SELECT name FROM fish").mapTo(Integer.class).one();
          return handle.execute("UPDATE fish SET name = ?", String.valueOf(before + 1));
        });
  }

  @Test
  void twoPoolsMayCreateAndMigrateTheSameNewFileAtOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      String fresh = TestDatabase.url(folder);
      CountDownLatch start = new CountDownLatch(1);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Database>> opened = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          opened.add(
              threads.submit(
                  () -> {
                    start.await();
                    return Lagoon.open(fresh);
                  }));
        }
        start.countDown();
        for (Future<Database> future : opened) {
          try (Database database = future.get()) {
            assertThat(Lagoon.ids(database)).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void closingLetsTheRunningWriteEnd() throws Exception {
    Database database = Lagoon.open(url);
    CountDownLatch halfWritten = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> write =
          threads.submit(
              () ->
                  database.<Integer, InterruptedException>write(
                      handle -> {
                        handle.execute("INSERT INTO fish (id, name) VALUES (1, 'a')");
                        halfWritten.countDown();
                        closing.await();
                        return handle.execute("INSERT INTO fish (id, name) VALUES (2, 'b')");
                      }));
      halfWritten.await();
      Thread closer = Thread.ofPlatform().start(database::close);
      while (closer.getState() != Thread.State.TIMED_WAITING) {
        assertThat(closer.isAlive()).as("close() waits").isTrue();
        Thread.onSpinWait();
      }
      closing.countDown();
      assertThat(write.get()).isEqualTo(1);
      closer.join();
    }
    try (Database again = Lagoon.open(url)) {
      assertThat(Lagoon.ids(again)).containsExactly(1L, 2L);
    }
  }

  @Test
  void afterClosingItSaysSo() {
    Database database = Lagoon.open(url);
    database.close();
    database.close();
    StorageException e = catchThrowableOfType(StorageException.class, () -> Lagoon.ids(database));
    assertThat(e.kind()).isEqualTo(Kind.CLOSED);
  }
}
