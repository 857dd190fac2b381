package org.archipel.testing;

import java.nio.file.Path;
import java.util.UUID;

/** Databases for the tests of all rooms: each one new and empty. Thread-safe. */
public final class TestDatabase {
  private TestDatabase() {}

  /**
   * The URL of a database that does not exist yet.
   *
   * @param folder where a database that is a file may lie; removed by the test
   */
  public static String url(Path folder) {
    return "sqlite:" + folder.resolve(UUID.randomUUID() + ".db");
  }
}
