package org.archipel.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/** Puts a database into WAL mode, which the file then remembers. */
final class WalMode {
  /** Each attempt waits for the lock itself; two openers may still push one another back. */
  private static final int ATTEMPTS = 100;

  private static final long PAUSE_NANOS = 20_000_000;

  private WalMode() {}

  /**
   * Also proves that the file is a database: its schema has to be read for this.
   *
   * @throws SQLException when it is none, or when its file system cannot share memory
   */
  static void enter(Connection connection) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        String mode = ask(connection, "PRAGMA journal_mode = WAL");
        if (!mode.equals("wal")) {
          throw new SQLException(
              "journal_mode: " + mode + " (expected: wal; is it on a network file system?)");
        }
        ask(connection, "SELECT count(*) FROM sqlite_master");
        return;
      } catch (SQLException e) {
        // SQLite does not wait for the lock when waiting could be a deadlock.
        if (!SqliteFailures.isBusy(e) || attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }
}
