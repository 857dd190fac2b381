package org.archipel.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.storage.StorageException.Kind;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionHandler;

/**
 * The database of a site: an SQLite file in WAL mode with one writing connection and a few that
 * only read.
 *
 * <p>Thread-safe. All methods block (on the disk, or on another writer) and belong on virtual
 * threads or start-up, never on an event loop. A committed transaction survives {@code kill -9}; a
 * loss of power may undo the last ones, but never leaves half of one. Other processes may use the
 * same file on the same machine; a network file system is no place for it.
 */
public final class Database implements AutoCloseable {
  private static final int READERS = 4;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final SqliteFile file;
  private final Failures failures;
  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi writing;
  private final Jdbi reading;
  private final AtomicReference<Optional<Thread>> writer = new AtomicReference<>(Optional.empty());

  private Database(SqliteFile file) {
    this.file = file;
    this.failures = new Failures(file.path());
    HikariConfig writerPool = pool(file, "writer", 1);
    this.writers = new HikariDataSource(writerPool);
    this.writing = jdbi(writers, new StatementTransactions("BEGIN IMMEDIATE"));
    HikariConfig readerPool = pool(file, "reader", READERS);
    readerPool.setConnectionInitSql("PRAGMA query_only = true");
    readerPool.setMinimumIdle(1);
    // The first reader connects in the background while the start goes on.
    readerPool.setInitializationFailTimeout(-1);
    this.readers = new HikariDataSource(readerPool);
    this.reading = jdbi(readers, new StatementTransactions("BEGIN"));
  }

  /**
   * Opens the database and creates it when it is missing: parent folders too, the file with mode
   * 600.
   *
   * @param url {@code sqlite:PATH}, the path relative to the working directory or absolute
   * @throws StorageException when the URL is another one, the file cannot be used, or it is no
   *     database
   */
  public static Database open(String url) {
    SqliteFile file = SqliteFile.parse(url);
    file.create();
    // Kept open until the pools have their own: the last connection to close removes the WAL.
    try (Connection first = file.connections().getConnection()) {
      WalMode.enter(first);
      return new Database(file);
    } catch (SQLException e) {
      throw new Failures(file.path()).explain(e);
    }
  }

  private static HikariConfig pool(SqliteFile file, String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("storage-" + name);
    config.setDataSource(file.connections());
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(LONGEST_WAIT.toMillis());
    // A connection to a local file does not age and no firewall forgets it.
    config.setMaxLifetime(0);
    config.setKeepaliveTime(0);
    return config;
  }

  private static Jdbi jdbi(HikariDataSource pool, TransactionHandler transactions) {
    Jdbi jdbi = Jdbi.create(pool);
    jdbi.setTransactionHandler(transactions);
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(Database::withoutValues);
    return jdbi;
  }

  /** JDBI's own renderings repeat the values bound to the statement, which end in logs. */
  private static String withoutValues(StatementException failure) {
    StatementContext context = failure.getStatementContext();
    String statement = context == null ? "" : " [statement: " + context.getRawSql() + "]";
    return failure.getShortMessage() + statement;
  }

  /**
   * Brings the tables of one room up to date with its scripts on the class path, {@code
   * db/<room>/V1__words.sql} and so on. Does nothing, quickly, when they are. Several processes may
   * do it at once.
   *
   * @param room lower-case letters and underscores, at most 31
   * @throws StorageException of kind {@code SCHEMA} when the tables are newer than this program, a
   *     script that already ran has changed since, or one fails (it is then undone)
   */
  public void migrate(String room) {
    migrate(room, Database.class.getClassLoader());
  }

  void migrate(String room, ClassLoader scripts) {
    new RoomMigration(this, file, room, scripts).run();
  }

  /**
   * Reads within one snapshot: all statements of {@code work} see the same state. Up to four reads
   * run at once, beside one write.
   *
   * @throws StorageException when the database fails, also when {@code work} tries to write
   */
  public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
    return run(reading, work);
  }

  /**
   * Runs one write transaction: committed when {@code work} returns, undone when it throws. Writes
   * run one after another; the write lock is taken first, so what {@code work} reads stays true
   * until it commits. Keep it short.
   *
   * @throws StorageException when the database fails; nothing was written then
   * @throws IllegalStateException inside another write of the same thread, which would wait for
   *     itself
   */
  public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
    Optional<Thread> self = Optional.of(Thread.currentThread());
    if (writer.get().equals(self)) {
      throw new IllegalStateException("write inside a write (expected: one transaction)");
    }
    return run(
        writing,
        handle -> {
          writer.set(self);
          try {
            return work.withHandle(handle);
          } finally {
            writer.set(Optional.empty());
          }
        });
  }

  private <T, X extends Exception> T run(Jdbi jdbi, HandleCallback<T, X> work) throws X {
    try {
      return jdbi.inTransaction(work);
    } catch (JdbiException e) {
      if (writers.isClosed()) {
        throw failures.failed(Kind.CLOSED, "was closed", e);
      }
      throw failures.explain(e);
    }
  }

  /**
   * Lets the running write end, for at most 30 seconds, undoes later ones and closes. May be called
   * more than once.
   */
  @Override
  public void close() {
    // The pool alone would cut the write off.
    try (Connection last = writers.getConnection()) {
      readers.close();
      last.clearWarnings();
    } catch (SQLException e) {
      readers.close();
    }
    writers.close();
  }
}
