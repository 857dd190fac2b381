package org.archipel.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.archipel.storage.StorageException.Kind;
import org.archipel.storage.Tables.Table;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads everything that a database holds, in one snapshot. */
record DatabaseSource(Database database, TransferProgress progress) {
  private static final int ROWS_BETWEEN_WORDS = 10_000;

  TransferSummary send(TransferSink sink) {
    try {
      return database.<TransferSummary, SQLException>read(handle -> send(handle, sink));
    } catch (SQLException e) {
      throw database.store().explain(e);
    }
  }

  private TransferSummary send(Handle handle, TransferSink sink) throws SQLException {
    Tables tables = Tables.read(handle.getConnection());
    if (tables.unfinished()) {
      throw refused("was the target of a copy that did not end: copy into it again");
    }
    Map<String, Integer> rooms = new TreeMap<>();
    for (String room : tables.histories()) {
      rooms.put(room, version(handle, room));
    }
    if (rooms.isEmpty()) {
      throw refused("holds no tables of Archipel (expected: the database of a site)");
    }
    sink.begin(rooms);
    List<TableSum> sums = new ArrayList<>();
    for (Table table : tables.ours()) {
      sums.add(send(handle.getConnection(), table, sink));
    }
    TransferSummary summary = new TransferSummary(rooms, sums);
    sink.finish(summary);
    return summary;
  }

  private int version(Handle handle, String room) {
    SchemaHistory history = SchemaHistory.read(handle, database.store(), room);
    if (!history.rows().stream().allMatch(SchemaHistory.Row::success)) {
      throw refused("has tables of " + room + " that a migration left half-way");
    }
    return history.newest();
  }

  private StorageException refused(String why) {
    return new StorageException(Kind.SCHEMA, "database " + database.store().shown() + " " + why);
  }

  private TableSum send(Connection connection, Table table, TransferSink sink) throws SQLException {
    sink.table(table.name(), table.columns());
    RowSums sums = new RowSums();
    try (PreparedStatement select = connection.prepareStatement(table.select());
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        @Nullable Object[] values = values(row, table);
        sums.add(values);
        sink.row(values);
        if (sums.rows() % ROWS_BETWEEN_WORDS == 0) {
          progress.copied(table.name(), sums.rows(), false);
        }
      }
    }
    TableSum sum = sums.of(table.name());
    sink.end(sum);
    progress.copied(table.name(), sums.rows(), true);
    return sum;
  }

  /** Sums up a table as it is now. */
  static TableSum sum(Connection connection, Table table) throws SQLException {
    RowSums sums = new RowSums();
    try (PreparedStatement select = connection.prepareStatement(table.select());
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        sums.add(values(row, table));
      }
    }
    return sums.of(table.name());
  }

  private static @Nullable Object[] values(ResultSet row, Table table) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[table.columns().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (row.getObject(i + 1)) {
            case null -> null;
            case Long whole -> whole;
            case Integer whole -> whole.longValue();
            case Short whole -> whole.longValue();
            case String text -> text;
            case Object other ->
                throw new StorageException(
                    Kind.SCHEMA,
                    "%s.%s holds a %s (expected: whole numbers or text, which every database has)"
                        .formatted(
                            table.name(), table.columns().get(i), other.getClass().getName()));
          };
    }
    return values;
  }
}
