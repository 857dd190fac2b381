package org.archipel.testing;

import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/**
 * Databases for the tests of all rooms: each one new and empty. SQLite files, or with {@code
 * -Darchipel.test.storage=postgresql} databases of one PostgreSQL server, which starts with the
 * first of them. Thread-safe.
 */
public final class TestDatabase {
  private static final String STORAGE =
      System.getProperty("archipel.test.storage", "sqlite").toLowerCase(Locale.ROOT);

  private TestDatabase() {}

  /** Made when it is first asked for. */
  private static final class Shared {
    static final PostgresServer SERVER = PostgresServer.startForProcess();
  }

  /** Whether the tests run on PostgreSQL, for what is true of one kind of database only. */
  public static boolean onPostgres() {
    return switch (STORAGE) {
      case "sqlite" -> false;
      case "postgresql" -> true;
      default ->
          throw new IllegalStateException(
              "archipel.test.storage: " + STORAGE + " (expected: sqlite or postgresql)");
    };
  }

  /**
   * The URL of a database in which there is nothing yet.
   *
   * @param folder where a database that is a file may lie; removed by the test
   */
  public static String url(Path folder) {
    return onPostgres()
        ? Shared.SERVER.newDatabase()
        : "sqlite:" + folder.resolve(UUID.randomUUID() + ".db");
  }
}
