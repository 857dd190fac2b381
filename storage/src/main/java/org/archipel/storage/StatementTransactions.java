package org.archipel.storage;

import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Transactions of SQLite by plain statements.
 *
 * <p>Not by JDBC's {@code commit()}: the driver begins the next transaction right after each
 * commit, which takes the write lock again, and a commit that succeeded would be reported as failed
 * when another process was faster.
 */
final class StatementTransactions implements TransactionHandler {
  private final String begin;
  private boolean open;

  /**
   * @param begin {@code BEGIN IMMEDIATE} takes the write lock first, so that a transaction that
   *     reads and then writes cannot fail half-way; {@code BEGIN} takes a snapshot at its first
   *     read
   */
  StatementTransactions(String begin) {
    this.begin = begin;
  }

  @Override
  public TransactionHandler specialize(Handle handle) {
    return new StatementTransactions(begin);
  }

  @Override
  public void begin(Handle handle) {
    execute(handle, begin);
    open = true;
  }

  @Override
  public void commit(Handle handle) {
    try {
      execute(handle, "COMMIT");
      open = false;
    } catch (TransactionException e) {
      rollbackAfter(handle, e);
      throw e;
    }
  }

  @Override
  public void rollback(Handle handle) {
    open = false;
    execute(handle, "ROLLBACK");
  }

  @Override
  public boolean isInTransaction(Handle handle) {
    return open;
  }

  @Override
  public <R, X extends Exception> R inTransaction(Handle handle, HandleCallback<R, X> work)
      throws X {
    if (open) {
      return work.withHandle(handle);
    }
    begin(handle);
    R result;
    try {
      result = work.withHandle(handle);
    } catch (Throwable e) {
      rollbackAfter(handle, e);
      throw e;
    }
    commit(handle);
    return result;
  }

  /** SQLite has one level, serializable, which is as strict as any asked for. */
  @Override
  public <R, X extends Exception> R inTransaction(
      Handle handle, TransactionIsolationLevel level, HandleCallback<R, X> work) throws X {
    return inTransaction(handle, work);
  }

  @Override
  public void savepoint(Handle handle, String name) {
    throw noSavepoints();
  }

  @Override
  public void rollbackToSavepoint(Handle handle, String name) {
    throw noSavepoints();
  }

  @Override
  public void releaseSavepoint(Handle handle, String name) {
    throw noSavepoints();
  }

  private static UnsupportedOperationException noSavepoints() {
    return new UnsupportedOperationException("savepoints (expected: one transaction for one work)");
  }

  /** After a full disk SQLite has already rolled back by itself: that is not a second failure. */
  private void rollbackAfter(Handle handle, Throwable failure) {
    if (!open) {
      return;
    }
    try {
      rollback(handle);
    } catch (TransactionException e) {
      failure.addSuppressed(e);
    }
  }

  private static void execute(Handle handle, String sql) {
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new TransactionException(sql + " failed: " + e.getMessage(), e);
    }
  }
}
