package org.archipel.storage;

import java.util.List;

/** The tables that the tests of this room use: {@code db/lagoon} on the tests' class path. */
final class Lagoon {
  private Lagoon() {}

  static Database open(String url) {
    Database database = Database.open(url);
    try {
      database.migrate("lagoon");
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  static int add(Database database, long id) {
    return database.write(
        handle -> handle.execute("INSERT INTO fish (id, name) VALUES (?, ?)", id, "fish " + id));
  }

  static List<Long> ids(Database database) {
    return database.read(
        handle -> handle.createQuery("SELECT id FROM fish ORDER BY id").mapTo(Long.class).list());
  }

  static String ask(Database database, String sql) {
    return database.read(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }
}
