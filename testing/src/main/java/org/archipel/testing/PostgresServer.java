package org.archipel.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * A real PostgreSQL server on a free port, with its data in a folder, that can be stopped and
 * started again as an operator would. It ends with the process of the tests at the latest. Not
 * thread-safe, but for {@link #newDatabase}.
 */
public final class PostgresServer implements AutoCloseable {
  private final Path folder;
  private final int port;
  private Optional<EmbeddedPostgres> running;

  private PostgresServer(Path folder, EmbeddedPostgres first) {
    this.folder = folder;
    this.port = first.getPort();
    this.running = Optional.of(first);
  }

  /**
   * Starts a server.
   *
   * @param folder made when it is missing; removed by the caller after {@link #close}
   */
  public static PostgresServer start(Path folder) {
    return new PostgresServer(folder, started(builder().setDataDirectory(folder)));
  }

  /** Starts a server that only this process knows and that ends with it. */
  static PostgresServer startForProcess() {
    return new PostgresServer(Path.of("unused"), started(builder().setCleanDataDirectory(true)));
  }

  private static EmbeddedPostgres.Builder builder() {
    // Machines do not crash in tests, only processes do: nothing has to reach the disk.
    return EmbeddedPostgres.builder()
        .setCleanDataDirectory(false)
        .setLocaleConfig("locale", "C.UTF-8")
        .setServerConfig("fsync", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("max_connections", "200")
        .setServerConfig("shared_buffers", "32MB");
  }

  private static EmbeddedPostgres started(EmbeddedPostgres.Builder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The URL of a new and empty place for tables: a user of its own, in whose schema they lie. A
   * whole database would take ten times as long to make.
   */
  public String newDatabase() {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    execute("CREATE ROLE " + name + " LOGIN; CREATE SCHEMA AUTHORIZATION " + name);
    return "postgresql://" + name + "@127.0.0.1:" + port + "/postgres";
  }

  /** Runs statements as the server's administrator. */
  public void execute(String sql) {
    EmbeddedPostgres server =
        running.orElseThrow(() -> new IllegalStateException("the server is stopped"));
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed", e);
    }
  }

  /** The port on the loopback interface, also while it is stopped. */
  public int port() {
    return port;
  }

  /** Stops the server: connections are cut off. */
  public void stop() {
    try {
      if (running.isPresent()) {
        running.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running = Optional.empty();
  }

  /** Starts the stopped server again, with the same data on the same port. */
  public void startAgain() {
    if (running.isPresent()) {
      throw new IllegalStateException("the server runs (expected: stopped)");
    }
    running = Optional.of(started(builder().setDataDirectory(folder).setPort(port)));
  }

  @Override
  public void close() {
    stop();
  }
}
