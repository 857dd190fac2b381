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

  /**
   * @param scripts those to be run, by rising version; at least one
   */
  RoomMigration(Database database, Store store, String room, List<Script> scripts) {
    this.database = database;
    this.store = store;
    this.room = room;
    this.scripts = scripts;
  }

  static RoomMigration of(Database database, Store store, String room, ClassLoader loader) {
    if (!isName(room)) {
      throw new IllegalArgumentException("room: " + room + " (expected: " + ROOM.pattern() + ")");
    }
    List<Script> scripts = Migrations.of(room, store.dialect(), loader);
    return new RoomMigration(database, store, room, scripts);
  }

  /** Whether a room can have this name. */
  static boolean isName(String room) {
    return ROOM.matcher(room).matches();
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

  /** How the tables that a history tells of are. */
  static SchemaState state(SchemaHistory history, String dialect, String room) {
    try {
      List<Script> scripts = Migrations.of(room, dialect, RoomMigration.class.getClassLoader());
      if (history.shows(scripts)) {
        return SchemaState.CURRENT;
      }
      List<Script> run =
          scripts.stream().filter(script -> script.version() <= history.newest()).toList();
      return history.shows(run) ? SchemaState.OLDER : SchemaState.UNUSABLE;
    } catch (StorageException e) {
      return SchemaState.UNUSABLE;
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
