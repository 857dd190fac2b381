package org.archipel.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.archipel.storage.StorageException.Kind;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;

/** A database of a PostgreSQL server. */
record PostgresStore(PostgresUrl url) implements Store {
  private static final int OLDEST_VERSION = 14;
  private static final int WRITERS = 4;
  private static final int READERS = 8;

  /** Also how long anybody waits for a server that is away. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final String LIMITS =
      "SET statement_timeout = '30s'; SET lock_timeout = '10s';"
          + " SET idle_in_transaction_session_timeout = '10min';";

  /**
   * Whatever the server's defaults are. READ COMMITTED, so that each statement sees what was
   * committed before the turn came: a snapshot would be older than the turn.
   */
  private static final String WRITER =
      LIMITS
          + " SET default_transaction_isolation = 'read committed';"
          + " SET default_transaction_read_only = off; SET synchronous_commit = on";

  private static final String READER =
      LIMITS
          + " SET default_transaction_isolation = 'repeatable read';"
          + " SET default_transaction_read_only = on";

  /** Any number that nobody else uses as an advisory lock in our database: "archipel". */
  private static final long TURN = 0x6172636869706c65L;

  @Override
  public String dialect() {
    return "postgresql";
  }

  @Override
  public String shown() {
    return url.shown();
  }

  @Override
  public Pools open() {
    try (Connection first = connections().getConnection()) {
      check(first);
    } catch (SQLException e) {
      throw explain(e);
    }
    return Pools.of(
        new HikariDataSource(pool("writer", WRITERS, WRITER)),
        new LocalTransactionHandler(),
        new HikariDataSource(pool("reader", READERS, READER)),
        new LocalTransactionHandler());
  }

  @Override
  public boolean inUse() {
    String others =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename ="
            + " current_user AND application_name = current_setting('application_name') AND pid <>"
            + " pg_backend_pid()";
    try (Connection connection = connections().getConnection()) {
      return !ask(connection, others).equals("0");
    } catch (SQLException e) {
      throw explain(e);
    }
  }

  private void check(Connection connection) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST_VERSION) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "database %s: PostgreSQL %d (expected: %d or newer)"
              .formatted(shown(), version, OLDEST_VERSION));
    }
    String encoding = ask(connection, "SHOW server_encoding");
    if (!encoding.equals("UTF8")) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "database %s: encoding %s (expected: UTF8; CREATE DATABASE … ENCODING 'UTF8')"
              .formatted(shown(), encoding));
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  private HikariConfig pool(String name, int size, String settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("storage-" + name);
    config.setDataSource(connections());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(LONGEST_WAIT.toMillis());
    config.setConnectionInitSql(settings);
    // The first connection has just shown that it works; more come in the background.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  @Override
  public DataSource connections() {
    return url.connections();
  }

  @Override
  public void awaitTurn(Connection connection) throws SQLException {
    try (var lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      lock.setLong(1, TURN);
      lock.execute();
    }
  }

  @Override
  public boolean hasTable(Handle handle, String table) {
    return handle
            .createQuery(
                "SELECT count(*) FROM information_schema.tables"
                    + " WHERE table_schema = current_schema() AND table_name = ?")
            .bind(0, table)
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  /** The server answers a commit when it survives: {@code synchronous_commit} is on. */
  @Override
  public boolean settle(Handle handle) {
    return true;
  }

  @Override
  public String product(Handle handle) {
    return "PostgreSQL " + handle.createQuery("SHOW server_version").mapTo(String.class).one();
  }

  @Override
  public StorageException explain(Exception failure) {
    return new PostgresFailures(this).explain(failure);
  }
}
