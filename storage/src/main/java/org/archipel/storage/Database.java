package org.archipel.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.storage.StorageException.Kind;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The database of a site: an SQLite file, or a database of a PostgreSQL server.
 *
 * <p>Thread-safe. All methods block (on the disk, the network, or another writer) and belong on
 * virtual threads or start-up, never on an event loop. A committed transaction survives {@code kill
 * -9}. With SQLite a loss of power may undo the last ones, but never leaves half of one; other
 * processes may use the same file on the same machine, and a network file system is no place for
 * it. A PostgreSQL server that is away is told by an exception of kind {@code AWAY} within about 5
 * seconds, one that falls silent in the middle of a statement within 40; connections come back by
 * themselves.
 */
public final class Database implements AutoCloseable {
  private final Store store;
  private final Pools pools;
  private final AtomicReference<Optional<Thread>> writer = new AtomicReference<>(Optional.empty());

  private Database(Store store, Pools pools) {
    this.store = store;
    this.pools = pools;
  }

  /**
   * Opens the database. An SQLite file is created when it is missing: parent folders too, the file
   * with mode 600. A PostgreSQL database must exist.
   *
   * @param url {@code sqlite:PATH}, the path relative to the working directory or absolute; or
   *     {@code postgresql://user:password@host:5432/database}, in which user and password are
   *     percent-encoded and {@code ?sslmode=…} may follow, with {@code sslrootcert}, {@code
   *     sslcert} and {@code sslkey}
   * @throws StorageException when the URL is another one, the database cannot be used or reached,
   *     or it is none
   */
  public static Database open(String url) {
    Store store = Store.parse(url);
    return new Database(store, store.open());
  }

  /**
   * Brings the tables of one room up to date with its scripts on the class path, {@code
   * db/<room>/V1__words.sql} and so on. Does nothing, quickly, when they are. Several processes may
   * do it at once.
   *
   * @param room lower-case letters and underscores, at most 31
   * @throws StorageException of kind {@code SCHEMA} when the tables are newer than this program, a
   *     script that already ran has changed since, or one fails (it is then undone); or when a copy
   *     into this database was interrupted
   */
  public void migrate(String room) {
    refuseHalfFilled();
    migrate(room, Database.class.getClassLoader());
  }

  void migrate(String room, ClassLoader scripts) {
    RoomMigration.of(this, store, room, scripts).run();
  }

  private void refuseHalfFilled() {
    if (this.<Boolean, RuntimeException>read(handle -> store.hasTable(handle, Tables.MARK))) {
      throw new StorageException(
          Kind.SCHEMA,
          "database "
              + store.shown()
              + ": a copy into it did not end (expected: run migrate-storage or restore again)");
    }
  }

  /**
   * The rooms that have tables here, and how those are. Changes nothing.
   *
   * @throws StorageException when the database fails, or a copy into it was interrupted
   */
  public Map<String, SchemaState> schemas() {
    refuseHalfFilled();
    return this.<Map<String, SchemaState>, RuntimeException>read(
        handle -> {
          Map<String, SchemaState> states = new TreeMap<>();
          for (String room : Tables.histories(handle)) {
            SchemaHistory history = SchemaHistory.read(handle, store, room);
            states.put(room, RoomMigration.state(history, store.dialect(), room));
          }
          return states;
        });
  }

  /**
   * The product and its version, for people.
   *
   * @throws StorageException when the database fails
   */
  public String product() {
    return this.<String, RuntimeException>read(store::product);
  }

  /** What the database is called in messages: its path, or its address without user or password. */
  public String shown() {
    return store.shown();
  }

  Store store() {
    return store;
  }

  /**
   * Reads within one snapshot: all statements of {@code work} see the same state. A few reads run
   * at once, beside a write: four with SQLite, eight with PostgreSQL.
   *
   * @throws StorageException when the database fails, also when {@code work} tries to write
   */
  public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
    return run(pools.reading(), work);
  }

  /**
   * Runs one write transaction: committed when {@code work} returns, undone when it throws. Writes
   * run one after another, those of other processes on the same database too; the turn is taken
   * first, so what {@code work} reads stays true until it commits. Keep it short.
   *
   * <p>A failing statement ends the transaction: with PostgreSQL no other can follow it. So ask
   * before, or let the statement say what to do ({@code ON CONFLICT DO NOTHING}).
   *
   * @throws StorageException when the database fails. Nothing was written then, with one exception:
   *     a server that is lost while it commits (kind {@code AWAY}) may have done so. What must not
   *     be done twice has to be found out, or made so that twice is the same as once
   * @throws IllegalStateException inside another write of the same thread, which would wait for
   *     itself
   */
  public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
    Optional<Thread> self = Optional.of(Thread.currentThread());
    if (writer.get().equals(self)) {
      throw new IllegalStateException("write inside a write (expected: one transaction)");
    }
    return run(
        pools.writing(),
        handle -> {
          awaitTurn(handle.getConnection());
          writer.set(self);
          try {
            return work.withHandle(handle);
          } finally {
            // Still in the transaction: nobody else can have written his name here.
            writer.set(Optional.empty());
          }
        });
  }

  private void awaitTurn(Connection connection) {
    try {
      store.awaitTurn(connection);
    } catch (SQLException e) {
      throw store.explain(e);
    }
  }

  /**
   * Tries to make all that is committed survive a loss of power, too.
   *
   * @return whether it does; false when that takes longer: try again later
   * @throws StorageException when the database fails
   */
  public boolean settle() {
    return this.<Boolean, RuntimeException>read(store::settle);
  }

  private <T, X extends Exception> T run(Jdbi jdbi, HandleCallback<T, X> work) throws X {
    try {
      return jdbi.inTransaction(work);
    } catch (JdbiException e) {
      if (pools.writers().isClosed()) {
        throw store.failed(Kind.CLOSED, "was closed", e);
      }
      throw store.explain(e);
    }
  }

  /**
   * Lets the running write end, for at most 30 seconds (PostgreSQL: 10), undoes later ones and
   * closes. May be called more than once.
   */
  @Override
  public void close() {
    // The pool alone would cut the write off.
    try (Connection last = pools.writers().getConnection()) {
      store.awaitTurn(last);
      pools.readers().close();
    } catch (SQLException e) {
      pools.readers().close();
    }
    pools.writers().close();
  }
}
