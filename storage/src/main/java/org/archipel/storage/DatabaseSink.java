package org.archipel.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.archipel.storage.Migrations.Script;
import org.archipel.storage.StorageException.Kind;
import org.archipel.storage.Tables.Table;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty database. A mark stays in it until everything is there and was read back: a
 * database with the mark is no site's, and the next copy into it begins by emptying it.
 */
final class DatabaseSink implements TransferSink {
  private static final int ROWS_IN_TRANSACTION = 1_000;

  private final Database database;
  private final ClassLoader scripts;
  private final List<@Nullable Object[]> waiting = new ArrayList<>();
  private final Map<String, Table> known = new TreeMap<>();
  private Table table = new Table("", List.of());

  DatabaseSink(Database database, ClassLoader scripts) {
    this.database = database;
    this.scripts = scripts;
  }

  @Override
  public void begin(Map<String, Integer> rooms) {
    Map<String, List<Script>> wanted = new TreeMap<>();
    rooms.forEach((room, version) -> wanted.put(room, scripts(room, version)));
    Tables before = tables();
    if (before.unfinished()) {
      drop(before);
    } else if (!before.ours().isEmpty() || !before.histories().isEmpty()) {
      throw failure(Kind.CONFIGURATION, "holds tables already (expected: an empty database)");
    }
    write("CREATE TABLE " + Tables.MARK + " (one INTEGER PRIMARY KEY)");
    wanted.forEach((room, some) -> new RoomMigration(database, database.store(), room, some).run());
    Tables made = tables();
    // What scripts put into their tables comes with the copy, as it was since changed.
    made.ours().reversed().forEach(each -> write("DELETE FROM " + each.name()));
    made.ours().forEach(each -> known.put(each.name(), each));
  }

  private List<Script> scripts(String room, int version) {
    List<Script> all = Migrations.of(room, database.store().dialect(), scripts);
    int newest = all.getLast().version();
    if (version > newest) {
      throw failure(
          Kind.SCHEMA,
          "is to get tables of %s of version %d (expected: at most %d; use the newer program)"
              .formatted(room, version, newest));
    }
    return all.stream().filter(script -> script.version() <= version).toList();
  }

  private void drop(Tables tables) {
    tables.ours().reversed().forEach(each -> write("DROP TABLE " + each.name()));
    tables.histories().forEach(room -> write("DROP TABLE " + SchemaHistory.table(room)));
    // Last: until then it can be begun again.
    write("DROP TABLE " + Tables.MARK);
  }

  private Tables tables() {
    return this.<Tables>read(handle -> Tables.read(handle.getConnection()));
  }

  @Override
  public void table(String name, List<String> columns) {
    Table made = known.get(name);
    if (made == null
        || made.columns().size() != columns.size()
        || !made.columns().containsAll(columns)) {
      throw failure(
          Kind.SCHEMA,
          "has no table %s with the columns %s: no script of this program makes it"
              .formatted(name, columns));
    }
    table = new Table(name, columns);
  }

  @Override
  public void row(@Nullable Object[] values) {
    waiting.add(values);
    if (waiting.size() == ROWS_IN_TRANSACTION) {
      flush();
    }
  }

  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      database.<Integer, SQLException>write(
          handle -> {
            try (PreparedStatement insert =
                handle.getConnection().prepareStatement(table.insert())) {
              for (@Nullable Object[] values : waiting) {
                bind(insert, values);
                insert.addBatch();
              }
              return insert.executeBatch().length;
            }
          });
    } catch (SQLException e) {
      throw database.store().explain(e);
    }
    waiting.clear();
  }

  private static void bind(PreparedStatement insert, @Nullable Object[] values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case null -> insert.setNull(i + 1, Types.NULL);
        case Long whole -> insert.setLong(i + 1, whole);
        case Object text -> insert.setString(i + 1, text.toString());
      }
    }
  }

  @Override
  public void end(TableSum sum) {
    flush();
    TableSum there = read(handle -> DatabaseSource.sum(handle.getConnection(), table));
    if (!there.equals(sum)) {
      throw failure(Kind.DAMAGED, "holds %s after the copy (expected: %s)".formatted(there, sum));
    }
  }

  @Override
  public void finish(TransferSummary summary) {
    database.settle();
    write("DROP TABLE " + Tables.MARK);
  }

  private <T> T read(HandleCallback<T, SQLException> work) {
    try {
      return database.<T, SQLException>read(work);
    } catch (SQLException e) {
      throw database.store().explain(e);
    }
  }

  /** Statements of fixed words and checked names. */
  private void write(String sql) {
    database.write(handle -> handle.execute(sql));
  }

  private StorageException failure(Kind kind, String what) {
    return new StorageException(kind, "database " + database.store().shown() + " " + what);
  }
}
