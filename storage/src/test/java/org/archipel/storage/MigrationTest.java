package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.archipel.storage.Migrations.Script;
import org.archipel.storage.StorageException.Kind;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MigrationTest {
  private static final String ONE = "CREATE TABLE crab (\r\n  id BIGINT PRIMARY KEY -- é\r\n);\n";
  private static final String TWO = "CREATE TABLE claw (id BIGINT PRIMARY KEY);";

  @TempDir Path folder;
  private String url = "";

  @BeforeEach
  void newDatabase() {
    url = TestDatabase.url(folder);
  }

  @Test
  void twoRoomsShareAFileEachWithItsOwnHistory() {
    try (Database database = Lagoon.open(url)) {
      database.migrate("reef");
      assertThat(Lagoon.ask(database, "SELECT max(version) FROM lagoon_schema_history"))
          .isEqualTo("2");
      assertThat(Lagoon.ask(database, "SELECT max(version) FROM reef_schema_history"))
          .isEqualTo("1");
      assertThat(Lagoon.ask(database, "SELECT count(*) FROM coral")).isEqualTo("0");
    }
  }

  @Test
  void migratingAgainIsDoneWithoutFlyway() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE);
      migrate(database);
      // Flyway would write its history again; the fast way finds the same checksums as Flyway's.
      List<Script> scripts = scripts();
      SchemaHistory history = history(database);
      assertThat(history.rows()).hasSize(1);
      assertThat(history.rows().getFirst().checksum()).contains(scripts.getFirst().checksum());
      assertThat(history.shows(scripts)).isTrue();
      migrate(database);
      assertThat(history(database)).isEqualTo(history);
    }
  }

  @Test
  void theFastWayIsTakenForASecondRoomDespiteItsBaseline() {
    try (Database database = Lagoon.open(url)) {
      database.migrate("reef");
      SchemaHistory history = database.read(handle -> SchemaHistory.read(handle, store(), "reef"));
      assertThat(history.rows()).hasSize(2);
      assertThat(history.rows().getFirst().version()).isZero();
      ClassLoader loader = getClass().getClassLoader();
      assertThat(history.shows(Migrations.of("reef", "sqlite", loader))).isTrue();
    }
  }

  @Test
  void aNewScriptIsRunOnTopOfTheOldOnes() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE);
      migrate(database);
      database.write(handle -> handle.execute("INSERT INTO crab (id) VALUES (5)"));
      script("V2__claw.sql", TWO);
      assertThat(history(database).shows(scripts())).isFalse();
      migrate(database);
      assertThat(history(database).newest()).isEqualTo(2);
      assertThat(Lagoon.ask(database, "SELECT max(id) FROM crab")).isEqualTo("5");
      assertThat(Lagoon.ask(database, "SELECT count(*) FROM claw")).isEqualTo("0");
    }
  }

  @Test
  void scriptsRunInTheOrderOfTheirNumbers() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE);
      script("V2__more.sql", "ALTER TABLE crab ADD COLUMN legs BIGINT;");
      script("V10__index.sql", "CREATE INDEX crab_legs ON crab (legs);");
      migrate(database);
      assertThat(history(database).newest()).isEqualTo(10);
      assertThat(history(database).shows(scripts())).isTrue();
    }
  }

  @Test
  void aScriptThatChangedAfterItRanIsRefused() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE);
      migrate(database);
      script("V1__crab.sql", ONE.replace("BIGINT", "INTEGER"));
      StorageException e = catchThrowableOfType(StorageException.class, () -> migrate(database));
      assertThat(e.kind()).isEqualTo(Kind.SCHEMA);
      assertThat(e).hasMessageContaining("tables of crabs").hasMessageContaining("checksum");
    }
  }

  @Test
  void aSchemaNewerThanTheProgramIsRefused() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE);
      Path second = script("V2__claw.sql", TWO);
      migrate(database);
      Files.delete(second);
      StorageException e = catchThrowableOfType(StorageException.class, () -> migrate(database));
      assertThat(e.kind()).isEqualTo(Kind.SCHEMA);
      assertThat(e)
          .hasMessageContaining("tables of crabs have version 2 (expected: at most 1;")
          .hasMessageContaining("newer program");
      assertThat(history(database).newest()).isEqualTo(2);
    }
  }

  @Test
  void aFailingScriptIsUndoneAndCanBeMended() throws IOException {
    try (Database database = open()) {
      script("V1__crab.sql", ONE + "INSERT INTO nothing VALUES (1);");
      StorageException e = catchThrowableOfType(StorageException.class, () -> migrate(database));
      assertThat(e.kind()).isEqualTo(Kind.SCHEMA);
      assertThat(e).hasMessageContaining("V1__crab.sql").hasMessageContaining("nothing");
      script("V1__crab.sql", ONE);
      migrate(database);
      assertThat(Lagoon.ask(database, "SELECT count(*) FROM crab")).isEqualTo("0");
    }
  }

  @Test
  void scriptsAreFoundInAJar() throws IOException {
    Path jar = folder.resolve("crabs.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (String name : List.of("db/", "db/crabs/", "db/crabs/V1__crab.sql", "db/crabsX/no")) {
        entries.putNextEntry(new JarEntry(name));
        if (name.endsWith(".sql")) {
          entries.write(ONE.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      assertThat(Migrations.of("crabs", "sqlite", loader))
          .containsExactly(new Script(1, "db/crabs/V1__crab.sql", ONE));
    }
  }

  @Test
  void wrongScriptsAreNamed() throws IOException {
    assertThatThrownBy(this::scripts).hasMessage("db/crabs (expected: a folder on the class path)");
    Path stray = script("v1_crab.sql", ONE);
    assertThatThrownBy(this::scripts)
        .hasMessage("db/crabs/v1_crab.sql (expected: V<number>__<words>.sql)");
    Files.delete(stray);
    assertThatThrownBy(this::scripts).hasMessage("db/crabs: no scripts (expected: at least one)");
    script("V1__crab.sql", ONE);
    script("V1__other.sql", TWO);
    assertThatThrownBy(this::scripts).hasMessageContaining("(expected: each version once)");
  }

  @Test
  void whereOneScriptIsImpossibleEachKindOfDatabaseHasItsOwn() throws IOException {
    script("V1__crab.sql", ONE);
    script("V2__claw.sqlite.sql", TWO + " -- sqlite");
    assertThatThrownBy(this::scripts)
        .hasMessage("db/crabs (expected: the same versions for each kind of database)");
    script("V2__claw.postgresql.sql", TWO + " -- postgresql");
    try (URLClassLoader loader = loader();
        Database database = open()) {
      for (String dialect : List.of("sqlite", "postgresql")) {
        List<Script> scripts = Migrations.of("crabs", dialect, loader);
        assertThat(scripts).extracting(Script::version).containsExactly(1, 2);
        assertThat(scripts.getLast().sql()).endsWith(dialect);
      }
      database.migrate("crabs", loader);
      assertThat(history(database).shows(Migrations.of("crabs", store().dialect(), loader)))
          .isTrue();
      script("V2__more.sql", TWO);
      assertThatThrownBy(this::scripts).hasMessageContaining("(expected: each version once)");
    }
  }

  @Test
  void aRoomWithAnOddNameIsRefused() {
    try (Database database = open()) {
      assertThatThrownBy(() -> database.migrate("x; DROP TABLE y"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("room: x; DROP TABLE y (expected:");
    }
  }

  private Database open() {
    return Database.open(url);
  }

  private Store store() {
    return Store.parse(url);
  }

  private Path script(String name, String sql) throws IOException {
    Path scripts = Files.createDirectories(folder.resolve("classes/db/crabs"));
    return Files.writeString(scripts.resolve(name), sql);
  }

  private void migrate(Database database) throws IOException {
    try (URLClassLoader loader = loader()) {
      database.migrate("crabs", loader);
    }
  }

  private List<Script> scripts() throws IOException {
    try (URLClassLoader loader = loader()) {
      return Migrations.of("crabs", "sqlite", loader);
    }
  }

  /** The folder {@code classes} as a class path of its own. */
  private URLClassLoader loader() throws MalformedURLException {
    // The '/' at the end tells the loader that it is a folder, also before it exists.
    URL url = URI.create(folder.toUri() + "classes/").toURL();
    return new URLClassLoader(new URL[] {url}, null);
  }

  private SchemaHistory history(Database database) {
    return database.read(handle -> SchemaHistory.read(handle, store(), "crabs"));
  }
}
