package org.archipel.storage;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.archipel.storage.StorageException.Kind;

/** Says what a failure of PostgreSQL means to the operator of the database. */
record PostgresFailures(PostgresStore store) {
  private static final String AWAY_ADVICE =
      " (check that the server runs, its host and port, and what is between)";

  StorageException explain(Exception failure) {
    SQLException found = null;
    // The pool wraps why it could not connect: what counts is said last.
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e && (found == null || isPool(found))) {
        found = e;
      }
    }
    if (found == null) {
      return store.failed(Kind.FAILED, "failed: " + failure.getMessage(), failure);
    }
    return explain(found, failure);
  }

  private static boolean isPool(SQLException e) {
    return e instanceof SQLTransientConnectionException;
  }

  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  private StorageException explain(SQLException e, Exception failure) {
    if (isPool(e)) {
      return store.failed(Kind.BUSY, "is busy: all connections are in use", failure);
    }
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    String message = String.valueOf(e.getMessage());
    return switch (state) {
      case "57P01", "57P02", "57P03" ->
          store.failed(Kind.AWAY, "is stopping or starting: " + message, failure);
      case "28000", "28P01", "3D000", "42501" ->
          store.failed(
              Kind.CONFIGURATION,
              "lets us not in: " + message + " (check user, password and database in the URL)",
              failure);
      case "40001", "40P01", "55P03", "53300" ->
          store.failed(Kind.BUSY, "is busy: " + message, failure);
      case "57014" -> store.failed(Kind.BUSY, "took too long: " + message, failure);
      case "53100" -> store.failed(Kind.FULL, "cannot grow: its disk is full", failure);
      case "XX001", "XX002" -> store.failed(Kind.DAMAGED, "is damaged: " + message, failure);
      default ->
          state.startsWith("08")
              ? store.failed(Kind.AWAY, "cannot be reached: " + message + AWAY_ADVICE, failure)
              : store.failed(Kind.FAILED, "failed: " + message, failure);
    };
  }
}
