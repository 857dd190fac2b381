package org.archipel.storage;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.archipel.storage.StorageException.Kind;

/** Says what a failure of the driver means to the operator of this file. */
record Failures(Path path) {
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
    return failed(Kind.FAILED, "failed: " + failure.getMessage(), failure);
  }

  private StorageException explain(SQLException e, Exception failure) {
    if (e instanceof SQLTransientConnectionException || isBusy(e)) {
      return failed(Kind.BUSY, "is busy: another writer keeps it too long", failure);
    }
    return switch (e.getErrorCode()) {
      case FULL -> failed(Kind.FULL, "cannot grow: the disk is full", failure);
      case NOT_A_DATABASE ->
          failed(Kind.DAMAGED, "is no database (expected: an SQLite 3 file)", failure);
      case CORRUPT ->
          failed(Kind.DAMAGED, "is damaged: restore it from a backup, or `.recover` it", failure);
      default -> failed(Kind.FAILED, "failed: " + e.getMessage(), failure);
    };
  }

  StorageException failed(Kind kind, String what, Exception cause) {
    return new StorageException(kind, "database " + path + " " + what, cause);
  }
}
