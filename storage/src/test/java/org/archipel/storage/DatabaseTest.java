package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.archipel.storage.StorageException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DatabaseTest {
  @TempDir Path folder;

  @Test
  void reopeningKeepsData() {
    try (Database database = Lagoon.open(folder)) {
      Lagoon.add(database, 7);
    }
    try (Database database = Lagoon.open(folder)) {
      assertThat(Lagoon.ids(database)).containsExactly(7L);
    }
  }

  @Test
  void createsFoldersAndAFileForItsOwnerOnly() throws IOException {
    Path file = folder.resolve("some/deep folder/é.db");
    try (Database database = Lagoon.openFile(file)) {
      Lagoon.add(database, 1);
      for (String suffix : List.of("", "-wal", "-shm")) {
        Path part = Path.of(file + suffix);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
            .as(part.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void runsInWalModeWithTheSettingsWeRelyOn() {
    try (Database database = Lagoon.open(folder)) {
      assertThat(Lagoon.ask(database, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(Lagoon.ask(database, "PRAGMA query_only")).isEqualTo("1");
      String writers =
          database.write(
              handle ->
                  handle.createQuery("PRAGMA synchronous").mapTo(String.class).one()
                      + handle.createQuery("PRAGMA foreign_keys").mapTo(String.class).one()
                      + handle.createQuery("PRAGMA busy_timeout").mapTo(String.class).one());
      assertThat(writers).isEqualTo("1" + "1" + "10000");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://user:hunter2@host:5432/archipel",
        "postgres://user:hunter2@host/archipel",
        "jdbc:postgresql://host/x?password=hunter2",
        "mysql://user:hunter2@host/x",
        "hunter2.db",
        ""
      })
  void otherUrlsAreRefusedWithoutRepeatingAPassword(String url) {
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Database.open(url).close());
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("(expected: sqlite:PATH");
    assertThat(e.getMessage()).doesNotContain("hunter2");
  }

  @Test
  void postgresqlIsRecognisedAndRefused() {
    assertThatThrownBy(() -> Database.open("postgresql://u:p@h/db").close())
        .hasMessageStartingWith("storage.url: postgresql:… (expected: sqlite:PATH")
        .hasMessageContaining("only SQLite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite:", "sqlite: ", "sqlite::memory:", "sqlite://h/x", "sqlite:a?b"})
  void pathsThatTheDriverWouldReadOtherwiseAreRefused(String url) {
    assertThatThrownBy(() -> Database.open(url).close())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(url)
        .hasMessageContaining("a plain path");
  }

  @Test
  void aFolderInPlaceOfTheFileIsRefused() {
    assertThatThrownBy(() -> Database.open("sqlite:" + folder).close())
        .isInstanceOf(StorageException.class)
        .hasMessage("database " + folder + " (expected: a file to read and write)");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> Database.open("sqlite:" + file.resolve("a.db")).close())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be created");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws IOException {
    Path file = folder.resolve("letter.db");
    String letter = "Dear operator, this is a letter. ".repeat(100);
    Files.writeString(file, letter);
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Database.open("sqlite:" + file).close());
    assertThat(e).hasMessage("database " + file + " is no database (expected: an SQLite 3 file)");
    assertThat(e.kind()).isEqualTo(Kind.DAMAGED);
    assertThat(Files.readString(file)).isEqualTo(letter);
  }

  @Test
  void aDamagedPageIsToldWhenItIsRead() throws IOException {
    Path file = folder.resolve("lagoon.db");
    try (Database database = Lagoon.open(folder)) {
      for (int i = 0; i < 500; i++) {
        Lagoon.add(database, i);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    byte[] noise = "noise".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    for (int at = 4096; at < bytes.length; at++) {
      bytes[at] = noise[at % noise.length];
    }
    Files.write(file, bytes);
    StorageException e =
        catchThrowableOfType(
            StorageException.class,
            () -> {
              try (Database database = Lagoon.open(folder)) {
                Lagoon.ids(database);
              }
            });
    assertThat(e.kind()).isEqualTo(Kind.DAMAGED);
    assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining("damaged");
  }

  @Test
  void aWriteThatThrowsLeavesNothing() {
    try (Database database = Lagoon.open(folder)) {
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
    try (Database database = Lagoon.open(folder)) {
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
      assertThat(e).hasMessageContaining("UNIQUE");
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).contains("INSERT INTO fish").doesNotContain("private");
      assertThat(Lagoon.ids(database)).containsExactly(1L);
    }
  }

  @Test
  void foreignKeysAreEnforced() {
    try (Database database = Lagoon.open(folder)) {
      assertThatThrownBy(
              () -> database.write(h -> h.execute("INSERT INTO shoal (id, fish) VALUES (1, 99)")))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("FOREIGN KEY");
    }
  }

  @Test
  void aReadCannotWrite() {
    try (Database database = Lagoon.open(folder)) {
      assertThatThrownBy(
              () -> database.read(h -> h.execute("INSERT INTO fish (id, name) VALUES (1, 'a')")))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("readonly");
      assertThat(Lagoon.ids(database)).isEmpty();
    }
  }

  @Test
  void aReadSeesOneStateHoweverLongItTakes() {
    try (Database database = Lagoon.open(folder)) {
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
    try (Database database = Lagoon.open(folder)) {
      assertThatThrownBy(() -> database.write(handle -> Lagoon.add(database, 1)))
          .isInstanceOf(IllegalStateException.class);
      Lagoon.add(database, 2);
      assertThat(Lagoon.ids(database)).containsExactly(2L);
    }
  }

  @Test
  void concurrentWritesOfTwoPoolsAreAllDone() throws Exception {
    try (Database one = Lagoon.open(folder);
        Database two = Lagoon.open(folder);
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
  void twoPoolsMayCreateAndMigrateTheSameNewFileAtOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      Path file = folder.resolve("round" + round + ".db");
      CountDownLatch start = new CountDownLatch(1);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Database>> opened = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          opened.add(
              threads.submit(
                  () -> {
                    start.await();
                    return Lagoon.openFile(file);
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
  void aFullDiskIsToldWritesNothingAndIsOverWhenThereIsRoom() {
    try (Database database = Lagoon.open(folder)) {
      Lagoon.add(database, 0);
      limitPages(database, 20);
      StorageException e =
          catchThrowableOfType(
              StorageException.class,
              () -> database.write(handle -> handle.execute(TEN_THOUSAND_FISH)));
      assertThat(e.kind()).isEqualTo(Kind.FULL);
      assertThat(e).hasMessageContaining("disk is full");
      assertThat(Lagoon.ids(database)).containsExactly(0L);

      limitPages(database, 1_000_000);
      assertThat(database.<Integer, RuntimeException>write(h -> h.execute(TEN_THOUSAND_FISH)))
          .isEqualTo(10_000);
    }
  }

  private static final String TEN_THOUSAND_FISH =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
          + " INSERT INTO fish (id, name) SELECT i, 'one of very many fish' FROM n";

  private static void limitPages(Database database, int pages) {
    database.write(
        handle ->
            handle
                .createQuery("PRAGMA max_page_count = <pages>")
                .define("pages", pages)
                .mapTo(Integer.class)
                .one());
  }

  @Test
  void closingLetsTheRunningWriteEnd() throws Exception {
    Database database = Lagoon.open(folder);
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
    try (Database again = Lagoon.open(folder)) {
      assertThat(Lagoon.ids(again)).containsExactly(1L, 2L);
    }
  }

  @Test
  void afterClosingItSaysSo() {
    Database database = Lagoon.open(folder);
    database.close();
    database.close();
    StorageException e = catchThrowableOfType(StorageException.class, () -> Lagoon.ids(database));
    assertThat(e.kind()).isEqualTo(Kind.CLOSED);
  }
}
