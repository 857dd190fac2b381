package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.archipel.storage.StorageException.Kind;
import org.archipel.testing.TestDatabase;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies between an SQLite file and the kind of database that the tests run on. */
@Timeout(120)
class StorageTransferTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final int FISH = 3_500;

  @TempDir Path folder;
  private String sqlite = "";
  private String other = "";

  private final List<String> told = new ArrayList<>();
  private final StorageTransfer transfer =
      new StorageTransfer((table, rows, complete) -> told.add(table + " " + rows + " " + complete));

  @BeforeEach
  void newDatabases() {
    sqlite = "sqlite:" + folder.resolve("file.db");
    other = TestDatabase.url(folder);
  }

  @Test
  void everythingGoesToTheOtherDatabaseAndBack() {
    Map<String, List<String>> content = filled(sqlite, FISH);
    TransferSummary there = transfer.move(sqlite, other);
    assertThat(there.rooms()).isEqualTo(Map.of("lagoon", 2, "wreck", 1));
    assertThat(there.rows()).isEqualTo(FISH + 1 + 4 + 1);
    assertThat(told).contains("fish 3500 true", "chest 4 true", "shoal 1 true", "key_to 1 true");
    assertThat(content(other)).isEqualTo(content);

    String again = "sqlite:" + folder.resolve("again.db");
    TransferSummary back = transfer.move(other, again);
    assertThat(back.tables()).containsExactlyInAnyOrderElementsOf(there.tables());
    assertThat(content(again)).isEqualTo(content);
    assertThat(content(sqlite)).isEqualTo(content);
  }

  @Test
  void aBackupIsRestoredIntoEitherKindOfDatabase() throws IOException {
    Map<String, List<String>> content = filled(other, FISH);
    Path file = folder.resolve("backup");
    TransferSummary written = transfer.backup(other, file, NOW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(plain(file)).startsWith("{\"archipel-backup\":1,\"created\":\"" + NOW + "\"");
    for (String target : List.of(sqlite, TestDatabase.url(folder))) {
      TransferSummary restored = transfer.restore(file, target);
      assertThat(restored).isEqualTo(written);
      assertThat(content(target)).isEqualTo(content);
    }
  }

  @Test
  void aDatabaseWithTablesIsNoTargetAndKeepsThem() {
    filled(sqlite, 1);
    Map<String, List<String>> content = filled(other, 2);
    StorageException e = refused(() -> transfer.move(sqlite, other));
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("holds tables already (expected: an empty database)");
    assertThat(content(other)).isEqualTo(content);
  }

  @Test
  void anInterruptedCopyIsNobodysDatabaseUntilItWasRunAgain() {
    Map<String, List<String>> content = filled(sqlite, FISH);
    StorageTransfer failing =
        new StorageTransfer(
            (table, rows, complete) -> {
              if (table.equals("fish")) {
                throw new IllegalStateException("interrupted");
              }
            });
    assertThatThrownBy(() -> failing.move(sqlite, other)).hasMessage("interrupted");

    assertThat(refused(() -> Lagoon.open(other).close()))
        .hasMessageContaining("a copy into it did not end (expected: run migrate-storage or");
    Path file = folder.resolve("backup");
    assertThat(refused(() -> transfer.backup(other, file, NOW)))
        .hasMessageContaining("target of a copy that did not end");
    assertThat(file).doesNotExist();

    transfer.move(sqlite, other);
    assertThat(content(other)).isEqualTo(content);
  }

  @Test
  void aDatabaseInUseIsNeitherSourceNorTargetOfAMove() {
    try (Database used = Wreck.open(sqlite)) {
      assertThat(refused(() -> transfer.move(sqlite, other))).hasMessageContaining("is in use");
      assertThat(Lagoon.ids(used)).isEmpty();
    }
    try (Database used = Database.open(other)) {
      assertThat(used.schemas()).isEmpty();
      assertThat(refused(() -> transfer.move(sqlite, other))).hasMessageContaining("is in use");
      assertThat(used.schemas()).isEmpty();
    }
    transfer.move(sqlite, other);
  }

  @Test
  void aRunningSiteIsBackedUpAsItWasAtOneMoment() throws Exception {
    Path file = folder.resolve("backup");
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(20);
    try (Database database = Lagoon.open(other);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> writer =
          threads.submit(
              () -> {
                long id = 0;
                while (!enough.get()) {
                  addPair(database, ++id);
                  begun.countDown();
                }
                return id;
              });
      begun.await();
      TransferSummary written = transfer.backup(other, file, NOW);
      enough.set(true);
      assertThat(rows(written, "fish"))
          .isEqualTo(rows(written, "shoal"))
          .isBetween(20L, writer.get());
    }
  }

  private static void addPair(Database database, long id) {
    database.write(
        handle -> {
          handle.execute("INSERT INTO fish (id, name) VALUES (?, 'one of two')", id);
          return handle.execute("INSERT INTO shoal (id, fish) VALUES (?, ?)", id, id);
        });
  }

  private static long rows(TransferSummary summary, String table) {
    return summary.tables().stream()
        .filter(sum -> sum.table().equals(table))
        .mapToLong(TableSum::rows)
        .sum();
  }

  @Test
  void aBackupNeverReplacesAFile() throws IOException {
    filled(sqlite, 1);
    Path file = Files.writeString(folder.resolve("backup"), "the last one");
    assertThat(refused(() -> transfer.backup(sqlite, file, NOW)))
        .hasMessageContaining("exists already");
    assertThat(file).hasContent("the last one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "row", "lost row", "value", "no end", "letter", "header"})
  void aDamagedBackupIsToldAndLeavesNoDatabaseThatLooksWhole(String how) throws IOException {
    filled(sqlite, 50);
    Path file = folder.resolve("backup");
    transfer.backup(sqlite, file, NOW);
    damage(file, how);
    StorageException e = refused(() -> transfer.restore(file, other));
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.DAMAGED);
    assertThat(e.getMessage()).doesNotContain("fish 7");
    try (Database database = Database.open(other)) {
      if (List.of("letter", "header").contains(how)) {
        assertThat(database.schemas()).isEmpty();
      } else {
        assertThat(refused(() -> database.migrate("lagoon"))).hasMessageContaining("did not end");
        assertThat(refused(database::schemas)).hasMessageContaining("did not end");
      }
    }
  }

  private static void damage(Path file, String how) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = plain(file);
    switch (how) {
      case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case "row" -> write(file, text.replace("[7,\"fish 7\"]", "[7,\"fish 8\"]"));
      case "lost row" -> write(file, text.replace("[7,\"fish 7\"]\n", ""));
      case "value" -> write(file, text.replace("[7,\"fish 7\"]", "[7,{\"fish 7\":1}]"));
      case "no end" -> write(file, text.substring(0, text.lastIndexOf("{\"end\"")));
      case "header" -> write(file, text.replace("archipel-backup", "something-else"));
      default -> Files.writeString(file, "Dear operator, fish 7 is a letter.");
    }
  }

  @Test
  void aBackupOfANewerProgramIsRefusedBeforeAnythingIsMade() throws IOException {
    filled(sqlite, 1);
    Path file = folder.resolve("backup");
    transfer.backup(sqlite, file, NOW);
    write(file, plain(file).replace("\"lagoon\":2", "\"lagoon\":3"));
    StorageException e = refused(() -> transfer.restore(file, other));
    assertThat(e.kind()).isEqualTo(Kind.SCHEMA);
    assertThat(e).hasMessageContaining("lagoon of version 3 (expected: at most 2;");
    try (Database database = Database.open(other)) {
      assertThat(database.schemas()).isEmpty();
      database.migrate("lagoon");
    }
  }

  @Test
  void aBackupOfAnOlderProgramIsBroughtUpToDateByTheNextStart() throws IOException {
    Path file = folder.resolve("backup");
    Path old = Files.createDirectories(folder.resolve("classes/db/lagoon"));
    try (InputStream script = getClass().getResourceAsStream("/db/lagoon/V1__fish.sql")) {
      Files.copy(script, old.resolve("V1__fish.sql"));
    }
    try (URLClassLoader loader = loader();
        Database database = Database.open(sqlite)) {
      database.migrate("lagoon", loader);
      Lagoon.add(database, 5);
      transfer.backup(sqlite, file, NOW);
    }
    transfer.restore(file, other);
    try (Database database = Database.open(other)) {
      assertThat(database.schemas()).isEqualTo(Map.of("lagoon", SchemaState.OLDER));
      database.migrate("lagoon");
      assertThat(database.schemas()).isEqualTo(Map.of("lagoon", SchemaState.CURRENT));
      assertThat(Lagoon.ids(database)).containsExactly(5L);
      assertThat(Lagoon.ask(database, "SELECT count(*) FROM shoal")).isEqualTo("0");
    }
  }

  private URLClassLoader loader() throws MalformedURLException {
    URL url = URI.create(folder.toUri() + "classes/").toURL();
    return new URLClassLoader(new URL[] {url}, null);
  }

  @Test
  void whatIsNoSitesDatabaseIsNoSource() throws IOException {
    assertThat(refused(() -> transfer.move(sqlite, sqlite))).hasMessageContaining("both source");
    Database.open(sqlite).close();
    assertThat(refused(() -> transfer.move(sqlite, other)))
        .hasMessageContaining("holds no tables of Archipel");
    assertThat(refused(() -> transfer.restore(folder.resolve("none"), other)))
        .hasMessageContaining("expected: a file that backup wrote");
  }

  private Map<String, List<String>> filled(String url, int fish) {
    try (Database database = Wreck.open(url)) {
      Wreck.fill(database, fish);
      return Wreck.content(database);
    }
  }

  private static Map<String, List<String>> content(String url) {
    try (Database database = Wreck.open(url)) {
      return Wreck.content(database);
    }
  }

  private static StorageException refused(ThrowingCallable work) {
    StorageException e = catchThrowableOfType(StorageException.class, work);
    assertThat(e).isNotNull();
    return e;
  }

  private static String plain(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void write(Path file, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(file, bytes.toByteArray());
  }
}
