package org.archipel.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.archipel.storage.Migrations.Script;
import org.jdbi.v3.core.Handle;

/**
 * What Flyway wrote about the migrations of one room. Reading it ourselves spares a start the
 * loading of Flyway when there is nothing to do.
 *
 * @param exists whether the history's table is there
 */
record SchemaHistory(boolean exists, List<Row> rows) {

  /** One migration that was run; {@code version} 0 is the baseline, not a script. */
  record Row(int version, Optional<Integer> checksum, boolean success) {}

  static String table(String room) {
    return room + "_schema_history";
  }

  static SchemaHistory read(Handle handle, Store store, String room) {
    if (!store.hasTable(handle, table(room))) {
      return new SchemaHistory(false, List.of());
    }
    List<Row> rows =
        handle
            .createQuery(
                "SELECT version, checksum, success FROM <table>"
                    + " WHERE version IS NOT NULL ORDER BY installed_rank")
            .define("table", table(room))
            .map((result, context) -> row(result))
            .list();
    return new SchemaHistory(true, rows);
  }

  private static Row row(ResultSet result) throws SQLException {
    int checksum = result.getInt("checksum");
    Optional<Integer> known = result.wasNull() ? Optional.empty() : Optional.of(checksum);
    return new Row(number(result.getString("version")), known, result.getBoolean("success"));
  }

  /** A version that is no number was not written by us: larger than any of ours. */
  private static int number(String version) {
    try {
      return Integer.parseInt(version);
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** Whether exactly these scripts have run, unchanged and with success. */
  boolean shows(List<Script> scripts) {
    List<Row> applied = rows.stream().filter(row -> row.version() > 0).toList();
    if (applied.size() != scripts.size()) {
      return false;
    }
    for (int i = 0; i < scripts.size(); i++) {
      Row row = applied.get(i);
      Script script = scripts.get(i);
      if (!row.success()
          || row.version() != script.version()
          || !row.checksum().equals(Optional.of(script.checksum()))) {
        return false;
      }
    }
    return true;
  }

  /** The newest version that was run, 0 when none was. */
  int newest() {
    return rows.stream().mapToInt(Row::version).max().orElse(0);
  }
}
