package org.archipel.storage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Two rooms full of what is hard to copy. */
final class Wreck {
  private Wreck() {}

  /** Opens a database with the rooms {@code wreck} and {@code lagoon}. */
  static Database open(String url) {
    Database database = Lagoon.open(url);
    database.migrate("wreck");
    return database;
  }

  /** Puts odd values and many fish into it. */
  static void fill(Database database, int fish) {
    add(database, "bottom", Long.MIN_VALUE, -5, "");
    add(
        database,
        "top",
        Long.MAX_VALUE,
        null,
        "a \"quote\", a ',', a \\\n and \t, \u00e9\u20ac\ud83d\ude00");
    add(database, "empty", null, null, null);
    database.write(
        handle -> {
          handle.execute("UPDATE chest SET coins = 7, open = 1 WHERE name = 'first'");
          handle.execute("DELETE FROM key_to");
          handle.execute("INSERT INTO key_to (chest, a_key) VALUES ('top', 'golden')");
          var batch = handle.prepareBatch("INSERT INTO fish (id, name) VALUES (?, ?)");
          for (int i = 0; i < fish; i++) {
            batch.add((long) i, "fish " + i);
          }
          batch.execute();
          return handle.execute("INSERT INTO shoal (id, fish) VALUES (1, 0)");
        });
  }

  private static void add(
      Database database,
      String name,
      @Nullable Long coins,
      @Nullable Integer depth,
      @Nullable String note) {
    database.write(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO chest (name, coins, depth, open, note)"
                        + " VALUES (:name, :coins, :depth, 0, :note)")
                .bind("name", name)
                .bind("coins", coins)
                .bind("depth", depth)
                .bind("note", note)
                .execute());
  }

  /** Everything in it, as text. */
  static Map<String, List<String>> content(Database database) {
    Map<String, List<String>> content = new TreeMap<>();
    content.put(
        "chest", rows(database, "SELECT name, coins, depth, open, note FROM chest ORDER BY name"));
    content.put("key_to", rows(database, "SELECT chest, a_key FROM key_to ORDER BY a_key"));
    content.put("fish", rows(database, "SELECT id, name FROM fish ORDER BY id"));
    content.put("shoal", rows(database, "SELECT id, fish FROM shoal ORDER BY id"));
    return content;
  }

  private static List<String> rows(Database database, String sql) {
    return database.read(
        handle ->
            handle.createQuery(sql).mapToMap(String.class).stream().map(Map::toString).toList());
  }
}
