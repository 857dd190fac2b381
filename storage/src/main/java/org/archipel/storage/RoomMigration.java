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
  private final SqliteFile file;
  private final String room;
  private final List<Script> scripts;

  RoomMigration(Database database, SqliteFile file, String room, ClassLoader loader) {
    if (!ROOM.matcher(room).matches()) {
      throw new IllegalArgumentException("room: " + room + " (expected: " + ROOM.pattern() + ")");
    }
    this.database = database;
    this.file = file;
    this.room = room;
    this.scripts = Migrations.of(room, loader);
  }

  /**
   * Two processes may start on the same new file. Flyway takes no lock on SQLite, so one of them
   * can fail on what the other has just made; as long as the history moves, that is no failure.
   */
  void run() {
    SchemaHistory before = history();
    while (!before.shows(scripts)) {
      refuseNewer(before);
      try {
        FlywayRun.migrate(file.connections(), room, scripts);
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
    return database.read(handle -> SchemaHistory.read(handle, room));
  }

  private void refuseNewer(SchemaHistory history) {
    int known = scripts.getLast().version();
    if (history.newest() > known) {
      throw new StorageException(
          Kind.SCHEMA,
          "database "
              + file.path()
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
    return new Failures(file.path())
        .failed(
            Kind.SCHEMA, "cannot migrate the tables of " + room + ": " + cause.getMessage(), cause);
  }
}
