package org.archipel.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The ids of a grain's dictionary, the latest ones in memory. An id that is in memory was
 * committed: one that a transaction made is kept aside until it ended well. Thread-safe.
 */
final class DimensionIds {
  private static final int REMEMBERED = 50_000;
  private static final long NONE = -1;

  private final Grain grain;
  private final Map<List<String>, Long> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, Long> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long generation;

  DimensionIds(Grain grain) {
    this.grain = grain;
  }

  /** Begins to look up within a write transaction. */
  synchronized Lookup begin(Connection connection) {
    return new Lookup(connection, generation);
  }

  /** Nothing that is remembered counts any more: within a transaction that removes ids. */
  synchronized void forget() {
    known.clear();
    generation++;
  }

  private synchronized long remembered(List<String> values) {
    return known.getOrDefault(values, NONE);
  }

  private synchronized void remember(Map<List<String>, Long> ids, long since) {
    if (since == generation) {
      known.putAll(ids);
    }
  }

  /** For one write transaction. */
  final class Lookup {
    private final Connection connection;
    private final long since;
    private final Map<List<String>, Long> found = new HashMap<>();

    private Lookup(Connection connection, long since) {
      this.connection = connection;
      this.since = since;
    }

    /** The id of what a record is summed by; made when there is none. */
    long id(Dimensions dimensions) throws SQLException {
      List<String> values = dimensions.values(grain);
      long id = found.getOrDefault(values, NONE);
      if (id == NONE) {
        id = remembered(values);
      }
      if (id == NONE) {
        id = stored(values);
        found.put(values, id);
      }
      return id;
    }

    /** The transaction was committed. */
    void committed() {
      remember(found, since);
    }

    private long stored(List<String> values) throws SQLException {
      try (PreparedStatement select = connection.prepareStatement(selectSql())) {
        bind(select, values);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            return row.getLong(1);
          }
        }
      }
      // Writes run one after another: nobody else can take the number.
      try (PreparedStatement insert = connection.prepareStatement(insertSql())) {
        bind(insert, values);
        insert.executeUpdate();
      }
      try (PreparedStatement last = connection.prepareStatement(lastSql());
          ResultSet row = last.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void bind(PreparedStatement statement, List<String> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setString(i + 1, values.get(i));
    }
  }

  private String selectSql() {
    return "SELECT id FROM "
        + grain.dictionary()
        + " WHERE "
        + grain.dimensions().stream()
            .map(dimension -> dimension.column() + " = ?")
            .collect(Collectors.joining(" AND "));
  }

  private String insertSql() {
    return "INSERT INTO "
        + grain.dictionary()
        + " (id, "
        + grain.columns()
        + ") SELECT COALESCE(MAX(id), 0) + 1"
        + ", ?".repeat(grain.dimensions().size())
        + " FROM "
        + grain.dictionary();
  }

  private String lastSql() {
    return "SELECT MAX(id) FROM " + grain.dictionary();
  }
}
