package org.archipel.storage;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.archipel.storage.StorageException.Kind;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a database has.
 *
 * @param ours those of the rooms, each after the ones that it refers to
 * @param histories the rooms whose migrations were noted
 * @param unfinished whether a copy into this database was begun and not ended
 */
record Tables(List<Table> ours, Set<String> histories, boolean unfinished) {
  /** Exists while a copy into the database is under way. */
  static final String MARK = "storage_transfer";

  private static final String HISTORY = SchemaHistory.table("");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** One table and its columns in their order. */
  record Table(String name, List<String> columns) {
    String select() {
      return "SELECT " + String.join(", ", columns) + " FROM " + name;
    }

    String insert() {
      String values = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
      return "INSERT INTO %s (%s) VALUES (%s)".formatted(name, String.join(", ", columns), values);
    }
  }

  /** The rooms whose migrations were noted. */
  static Set<String> histories(Handle handle) {
    try {
      return read(handle.getConnection()).histories;
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }

  static Tables read(Connection connection) throws SQLException {
    DatabaseMetaData about = connection.getMetaData();
    String schema = connection.getSchema();
    TreeMap<String, List<String>> columns = columns(about, schema);
    TreeMap<String, Set<String>> references = new TreeMap<>();
    Set<String> histories = new TreeSet<>();
    for (String name : columns.keySet()) {
      if (name.endsWith(HISTORY)) {
        histories.add(name.substring(0, name.length() - HISTORY.length()));
      } else if (!name.equals(MARK)) {
        references.put(name, references(about, schema, name));
      }
    }
    List<Table> ours =
        inOrder(references).stream()
            .map(name -> new Table(name, columns.getOrDefault(name, List.of())))
            .toList();
    return new Tables(ours, histories, columns.containsKey(MARK));
  }

  private static TreeMap<String, List<String>> columns(
      DatabaseMetaData about, @Nullable String schema) throws SQLException {
    TreeMap<String, List<String>> columns = new TreeMap<>();
    try (ResultSet row = about.getTables(null, schema, "%", new String[] {"TABLE"})) {
      while (row.next()) {
        String name = row.getString("TABLE_NAME");
        if (!name.startsWith("sqlite_")) {
          columns.put(checked(name), new ArrayList<>());
        }
      }
    }
    try (ResultSet row = about.getColumns(null, schema, "%", "%")) {
      while (row.next()) {
        // The metadata's parameters are patterns: others' tables may be among the answers.
        List<String> known = columns.get(row.getString("TABLE_NAME"));
        if (known != null && (schema == null || schema.equals(row.getString("TABLE_SCHEM")))) {
          known.add(checked(row.getString("COLUMN_NAME")));
        }
      }
    }
    return columns;
  }

  /** Names become part of statements. */
  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new StorageException(
          Kind.SCHEMA, "table or column " + name + " (expected: " + NAME.pattern() + ")");
    }
    return name;
  }

  private static Set<String> references(
      DatabaseMetaData about, @Nullable String schema, String table) throws SQLException {
    Set<String> references = new TreeSet<>();
    try (ResultSet row = about.getImportedKeys(null, schema, table)) {
      while (row.next()) {
        references.add(row.getString("PKTABLE_NAME"));
      }
    }
    return references;
  }

  private static List<String> inOrder(TreeMap<String, Set<String>> references) {
    List<String> order = new ArrayList<>();
    while (!references.isEmpty()) {
      List<String> next =
          references.entrySet().stream()
              .filter(entry -> order.containsAll(entry.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (next.isEmpty()) {
        throw new StorageException(
            Kind.SCHEMA,
            "tables %s refer to one another (expected: no circles, so that rows can be copied)"
                .formatted(references.keySet()));
      }
      order.addAll(next);
      next.forEach(references::remove);
    }
    return order;
  }
}
