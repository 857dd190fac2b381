package org.archipel.storage;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.archipel.storage.StorageException.Kind;

/** Says what a failure of SQLite means to the operator of the file. */
record SqliteFailures(SqliteStore store) {
  // Result codes of SQLite: https://www.sqlite.org/rescode.html
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int NOT_A_DATABASE = 26;

  /** Whether the cause is that somebody else holds a lock. */
  static boolean isBusy(SQLException e) {
    return e.getErrorCode() == BUSY || e.getErrorCode() == LOCKED;
  }

  StorageException explain(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        return explain(e, failure);
      }
    }
    return store.failed(Kind.FAILED, "failed: " + failure.getMessage(), failure);
  }

  private StorageException explain(SQLException e, Exception failure) {
    if (e instanceof SQLTransientConnectionException || isBusy(e)) {
      return store.failed(Kind.BUSY, "is busy: another writer keeps it too long", failure);
    }
    return switch (e.getErrorCode()) {
      case FULL -> store.failed(Kind.FULL, "cannot grow: the disk is full", failure);
      case NOT_A_DATABASE ->
          store.failed(Kind.DAMAGED, "is no database (expected: an SQLite 3 file)", failure);
      case CORRUPT ->
          store.failed(
              Kind.DAMAGED, "is damaged: restore it from a backup, or `.recover` it", failure);
      default -> store.failed(Kind.FAILED, "failed: " + e.getMessage(), failure);
    };
  }
}
