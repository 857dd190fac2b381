package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.archipel.directory.Directory;
import org.archipel.ledger.UsageLedger;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on databases, with the tables of every room. */
final class StorageCommandsTest {
  private final Terminal terminal = new Terminal();

  @TempDir private Path folder = Path.of(".");

  @Test
  void aSiteGoesThroughABackupToAnotherDatabaseAndByAMoveBack() throws IOException {
    String sqlite = "sqlite:" + folder.resolve("site.db");
    String other = TestDatabase.url(folder);
    fill(sqlite);
    Path file = folder.resolve("site.backup");
    assertThat(terminal.run("backup", "--from", sqlite, "--to", file.toString())).isZero();
    assertThat(terminal.out()).startsWith("written to " + file).contains(" tables, ");
    assertThat(terminal.err()).contains("organization: 1 rows, checked");

    terminal.with("OTHER", other);
    assertThat(terminal.run("restore", "--from", file.toString(), "--to", "${OTHER}")).isZero();
    String back = "sqlite:" + folder.resolve("back.db");
    assertThat(terminal.run("migrate-storage", "--from", other, "--to", back, "--json")).isZero();
    assertThat(terminal.out()).contains("\"table\":\"organization\",\"rows\":1");
    try (Database database = Database.open(back);
        Directory directory = directory(database)) {
      assertThat(directory.organizations().shares()).containsOnlyKeys("lab");
    }
  }

  private static Directory directory(Database database) {
    Clock clock = Clock.systemUTC();
    return new Directory(database, new AuditLog(database, clock), clock, new SecureRandom());
  }

  private void fill(String url) {
    try (Database database = Database.open(url);
        Directory directory = directory(database)) {
      UsageLedger.open(folder.resolve("journal"), database, Clock.systemUTC()).close();
      directory.createOrganization(Actor.system("test"), "lab");
    }
  }

  @Test
  void whatCannotBeDoneIsToldInALineWithoutAPassword() {
    String away = "postgresql://me:hunter2@127.0.0.1:1/db";
    String fresh = "sqlite:" + folder.resolve("fresh.db");
    for (String[] arguments :
        new String[][] {
          {"migrate-storage", "--from", away, "--to", fresh},
          {"backup", "--from", away, "--to", folder.resolve("x").toString()},
          {"restore", "--from", folder.resolve("none").toString(), "--to", away},
          {"backup", "--data", folder.toString(), "--to", folder.resolve("x").toString()},
        }) {
      assertThat(terminal.run(arguments)).as(String.join(" ", arguments)).isEqualTo(1);
      assertThat(terminal.err()).startsWith("archipel: ").doesNotContain("hunter2", "\tat ");
      assertThat(terminal.err().lines()).hasSize(1);
    }
    assertThat(folder.resolve("archipel.db")).doesNotExist();
    assertThat(terminal.run("restore", "--from", "x", "--to", "postgresql://me:${NO}@h/db"))
        .isEqualTo(2);
    assertThat(terminal.run("backup", "--to", "x", "--from", "hunter2")).isEqualTo(2);
    assertThat(terminal.err()).doesNotContain("hunter2");
  }

  @Test
  void theDoctorSaysHowTheDatabaseIs() throws IOException {
    Path config = folder.resolve("archipel.yaml");
    String url = TestDatabase.url(folder);
    Files.writeString(
        config,
        "site: {id: rennes}\ndiscover: ['http://127.0.0.1:1']\nstorage: {url: '%s', data: '%s'}\n"
            .formatted(url, folder));
    fill(url);
    terminal.run("doctor", "--config", config.toString());
    assertThat(terminal.out())
        .containsPattern(
            "ok +database +" + (TestDatabase.onPostgres() ? "PostgreSQL 18" : "SQLite 3"))
        .containsPattern("answers in [0-9.]+ ms")
        .containsPattern("ok +tables +as this program wants them");

    try (Database database = Database.open(url)) {
      database.write(
          handle ->
              handle.execute(
                  "DELETE FROM directory_schema_history WHERE installed_rank ="
                      + " (SELECT max(installed_rank) FROM directory_schema_history)"));
    }
    terminal.run("doctor", "--config", config.toString());
    assertThat(terminal.out()).containsPattern("note +tables +from an older program: directory");

    try (Database database = Database.open(url)) {
      database.write(handle -> handle.execute("UPDATE directory_schema_history SET checksum = 1"));
    }
    terminal.run("doctor", "--config", config.toString());
    assertThat(terminal.out()).containsPattern("bad +tables +not those of this program: directory");
  }

  @Test
  void theDoctorTellsThatTheDatabaseIsAwayWithoutItsPassword() throws IOException {
    Path config = folder.resolve("archipel.yaml");
    Files.writeString(
        config,
        "site: {id: rennes}\ndiscover: ['http://127.0.0.1:1']\nstorage: {url: 'postgresql://me:hunter2@127.0.0.1:1/db', data: '%s'}\n"
            .formatted(folder));
    assertThat(terminal.run("doctor", "--config", config.toString())).isEqualTo(1);
    assertThat(terminal.out())
        .containsPattern("bad +database +database postgresql://127.0.0.1:1/db cannot be reached")
        .doesNotContain("hunter2");
  }
}
