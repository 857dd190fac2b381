package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.archipel.storage.StorageException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of a file only. */
@Timeout(60)
@DisabledIfSystemProperty(named = "archipel.test.storage", matches = "postgresql")
class SqliteDatabaseTest {
  @TempDir Path folder;

  @Test
  void createsFoldersAndAFileForItsOwnerOnly() throws IOException {
    Path file = folder.resolve("some/deep folder/é.db");
    try (Database database = Lagoon.open("sqlite:" + file)) {
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
    try (Database database = Lagoon.open("sqlite:" + folder.resolve("lagoon.db"))) {
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
    try (Database database = Lagoon.open("sqlite:" + folder.resolve("lagoon.db"))) {
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
              try (Database database = Lagoon.open("sqlite:" + folder.resolve("lagoon.db"))) {
                Lagoon.ids(database);
              }
            });
    assertThat(e.kind()).isEqualTo(Kind.DAMAGED);
    assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining("damaged");
  }

  @Test
  void aFullDiskIsToldWritesNothingAndIsOverWhenThereIsRoom() {
    try (Database database = Lagoon.open("sqlite:" + folder.resolve("lagoon.db"))) {
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
}
