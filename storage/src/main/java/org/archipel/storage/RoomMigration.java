package org.archipel.storage;

import java.util.List;
import java.util.regex.Pattern;
import org.archipel.storage.Migrations.Script;
import org.archipel.storage.StorageException.Kind;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables of one room up to date, through Flyway only when there is something to do. */
final class RoomMigration {
  private static final Pattern ROOM = Pattern.compile("[a-z][a-z_]{0,30}");

  private final Database database;
  private final Store store;
  private final String room;
  private final List<Script> scripts;

  RoomMigration(Database database, Store store, String room, ClassLoader loader) {
    if (!ROOM.matcher(room).matches()) {
      throw new IllegalArgumentException("room: " + room + " (expected: " + ROOM.pattern() + ")");
    }
    this.database = database;
    this.store = store;
    this.room = room;
    this.scripts = Migrations.of(room, store.dialect(), loader);
  }

  /**
   * Two processes may start on the same new database. Flyway takes a lock on PostgreSQL but none on
   * SQLite, so one of them can fail on what the other has just made; as long as the history moves,
   * that is no failure.
   */
  void run() {
    SchemaHistory before = history();
    while (!before.shows(scripts)) {
      refuseNewer(before);
      try {
        FlywayRun.migrate(store.connections(), room, scripts);
        return;
      } catch (FlywayException e) {
        SchemaHistory after = history();
        if (after.equals(before)) {
          throw failed(e);
        }
        before = after;
      }
    }
  }

  private SchemaHistory history() {
    return database.read(handle -> SchemaHistory.read(handle, store, room));
  }

  private void refuseNewer(SchemaHistory history) {
    int known = scripts.getLast().version();
    if (history.newest() > known) {
      throw new StorageException(
          Kind.SCHEMA,
          "database "
              + store.shown()
              + ": the tables of "
              + room
              + " have version "
              + history.newest()
              + " (expected: at most "
              + known
              + "; it was opened by a newer program, use that one)");
    }
  }

  private StorageException failed(FlywayException cause) {
    return store.failed(
        Kind.SCHEMA, "cannot migrate the tables of " + room + ": " + cause.getMessage(), cause);
  }
}
