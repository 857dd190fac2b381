package org.archipel.storage;

import com.zaxxer.hikari.HikariDataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionHandler;

/** The connections of a database: those that write and those that only read. */
record Pools(HikariDataSource writers, HikariDataSource readers, Jdbi writing, Jdbi reading) {

  static Pools of(
      HikariDataSource writers,
      TransactionHandler writing,
      HikariDataSource readers,
      TransactionHandler reading) {
    return new Pools(writers, readers, jdbi(writers, writing), jdbi(readers, reading));
  }

  private static Jdbi jdbi(HikariDataSource pool, TransactionHandler transactions) {
    Jdbi jdbi = Jdbi.create(pool);
    jdbi.setTransactionHandler(transactions);
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(Pools::withoutValues);
    return jdbi;
  }

  /** JDBI's own renderings repeat the values bound to the statement, which end in logs. */
  private static String withoutValues(StatementException failure) {
    StatementContext context = failure.getStatementContext();
    String statement = context == null ? "" : " [statement: " + context.getRawSql() + "]";
    return failure.getShortMessage() + statement;
  }
}
