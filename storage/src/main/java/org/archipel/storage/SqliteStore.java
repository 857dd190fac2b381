package org.archipel.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** An SQLite file in WAL mode with one writing connection and a few that only read. */
record SqliteStore(SqliteFile file) implements Store {
  private static final int READERS = 4;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  @Override
  public String dialect() {
    return "sqlite";
  }

  @Override
  public String shown() {
    return file.path().toString();
  }

  @Override
  public Pools open() {
    file.create();
    // Kept open until the pools have their own: the last connection to close removes the WAL.
    try (Connection first = file.connections().getConnection()) {
      WalMode.enter(first);
      HikariDataSource writers = new HikariDataSource(pool("writer", 1));
      return Pools.of(
          writers,
          new StatementTransactions("BEGIN IMMEDIATE"),
          new HikariDataSource(readers()),
          new StatementTransactions("BEGIN"));
    } catch (SQLException e) {
      throw explain(e);
    }
  }

  /** Whoever has it open in WAL mode keeps a shared lock on it. */
  @Override
  public boolean inUse() {
    if (!Files.exists(file.path())) {
      return false;
    }
    try (Connection alone = file.connections().getConnection();
        Statement statement = alone.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 500");
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("ROLLBACK");
      return false;
    } catch (SQLException e) {
      if (SqliteFailures.isBusy(e)) {
        return true;
      }
      throw explain(e);
    }
  }

  private HikariConfig readers() {
    HikariConfig config = pool("reader", READERS);
    config.setConnectionInitSql("PRAGMA query_only = true");
    config.setMinimumIdle(1);
    // The first reader connects in the background while the start goes on.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  private HikariConfig pool(String name, int size) {
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

  @Override
  public DataSource connections() {
    return file.connections();
  }

  /** There is one writing connection, and its {@code BEGIN IMMEDIATE} waits for other processes. */
  @Override
  public void awaitTurn(Connection connection) {}

  @Override
  public boolean hasTable(Handle handle, String table) {
    return handle
            .createQuery("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?")
            .bind(0, table)
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  /**
   * With {@code synchronous=NORMAL} the last commits may be forgotten when the power goes; what a
   * checkpoint has copied out of the write-ahead log is safe.
   */
  @Override
  public boolean settle(Handle handle) {
    return handle
        .createQuery("PRAGMA wal_checkpoint(PASSIVE)")
        .map((row, context) -> row.getInt(1) == 0 && row.getInt(2) == row.getInt(3))
        .one();
  }

  @Override
  public String product(Handle handle) {
    return "SQLite " + handle.createQuery("SELECT sqlite_version()").mapTo(String.class).one();
  }

  @Override
  public StorageException explain(Exception failure) {
    return new SqliteFailures(this).explain(failure);
  }
}
