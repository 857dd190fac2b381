package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.archipel.storage.StorageException.Kind;
import org.archipel.testing.PostgresServer;
import org.archipel.testing.TestDatabase;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What is true of a server only. */
@Timeout(120)
@EnabledIfSystemProperty(named = "archipel.test.storage", matches = "postgresql")
class PostgresDatabaseTest {
  /** What a caller may have to wait for a server that is away, on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir static Path serverFolder;

  @SuppressWarnings("NullAway.Init")
  private static PostgresServer server;

  @TempDir Path folder;

  /** One that may be stopped: the other tests' is shared. */
  @BeforeAll
  static void startServer() {
    server = PostgresServer.start(serverFolder.resolve("server"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void aServerThatGoesAwayIsToldSoonAndIsBackWhenItIsBack() {
    try (Database database = Lagoon.open(withPassword(server.newDatabase()))) {
      Lagoon.add(database, 1);
      server.stop();
      assertAway(() -> Lagoon.add(database, 2));
      assertAway(() -> Lagoon.ids(database));
      server.startAgain();
      Lagoon.add(database, 3);
      assertThat(Lagoon.ids(database)).containsExactly(1L, 3L);
    }
  }

  @Test
  void aServerThatDiesInTheMiddleOfAWriteLeavesNothingOfIt() {
    String url = server.newDatabase();
    try (Database database = Lagoon.open(url)) {
      assertAway(
          () ->
              database.write(
                  handle -> {
                    handle.execute("INSERT INTO fish (id, name) VALUES (1, 'a')");
                    server.stop();
                    return handle.execute("INSERT INTO fish (id, name) VALUES (2, 'b')");
                  }));
      server.startAgain();
      try (Database again = Lagoon.open(url)) {
        assertThat(Lagoon.ids(again)).isEmpty();
      }
    }
  }

  @Test
  void closingDoesNotWaitForAServerThatIsAway() {
    Database database = Lagoon.open(server.newDatabase());
    server.stop();
    long start = System.nanoTime();
    database.close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    server.startAgain();
    assertThat(took).isLessThan(SOON);
  }

  @Test
  void nobodyListeningIsToldAtTheStartWithWhatToCheck() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    StorageException e =
        assertAway(
            () -> Database.open("postgresql://me:hunter2@127.0.0.1:" + port + "/db").close());
    assertThat(e)
        .hasMessageContaining("postgresql://127.0.0.1:" + port + "/db cannot be reached")
        .hasMessageContaining("check that the server runs");
  }

  @Test
  void somethingSilentIsNotWaitedForLong() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "postgresql://me:hunter2@127.0.0.1:" + silent.getLocalPort() + "/db";
      assertAway(() -> Database.open(url).close());
    }
  }

  @Test
  void aDatabaseThatDoesNotExistIsAMistakeInTheConfiguration() {
    String url = withPassword(TestDatabase.url(folder)) + "x";
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Database.open(url).close());
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("does not exist").hasMessageContaining("check user");
    assertThat(trace(e)).doesNotContain("hunter2");
  }

  @Test
  void aDatabaseThatCannotHoldEveryTextIsRefused() {
    server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    String url = "postgresql://postgres@127.0.0.1:" + server.port() + "/latin";
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> Database.open(url).close());
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("encoding LATIN1 (expected: UTF8");
  }

  @Test
  void aFailingBatchDoesNotTellTheValues() {
    try (Database database = Lagoon.open(TestDatabase.url(folder))) {
      StorageException e =
          catchThrowableOfType(
              StorageException.class,
              () ->
                  database.write(
                      handle ->
                          handle
                              .prepareBatch("INSERT INTO fish (id, name) VALUES (?, ?)")
                              .add(1, "private")
                              .add(1, "private")
                              .execute()));
      assertThat(e).hasMessageContaining("duplicate key");
      assertThat(trace(e)).doesNotContain("private");
    }
  }

  /** Whatever the server's own defaults are. */
  @Test
  void connectionsHaveTheSettingsWeRelyOn() {
    String url = TestDatabase.url(folder);
    try (Database database = Database.open(url)) {
      for (String setting :
          List.of("default_transaction_isolation = 'serializable'", "synchronous_commit = off")) {
        database.write(handle -> handle.execute("ALTER ROLE CURRENT_USER SET " + setting));
      }
    }
    try (Database database = Database.open(url)) {
      assertThat(Lagoon.ask(database, "SHOW transaction_isolation")).isEqualTo("repeatable read");
      assertThat(Lagoon.ask(database, "SHOW transaction_read_only")).isEqualTo("on");
      assertThat(Lagoon.ask(database, "SHOW statement_timeout")).isEqualTo("30s");
      assertThat(written(database, "SHOW transaction_isolation")).isEqualTo("read committed");
      assertThat(written(database, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(written(database, "SHOW lock_timeout")).isEqualTo("10s");
      assertThat(database.settle()).isTrue();
    }
  }

  @Test
  void readsRunBesideAWriteOfAnotherProcess() throws Exception {
    String url = TestDatabase.url(folder);
    try (Database writing = Lagoon.open(url);
        Database reading = Lagoon.open(url);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch written = new CountDownLatch(1);
      CountDownLatch read = new CountDownLatch(1);
      Future<Integer> write =
          threads.submit(
              () ->
                  writing.<Integer, InterruptedException>write(
                      handle -> {
                        int rows = handle.execute("INSERT INTO fish (id, name) VALUES (1, 'a')");
                        written.countDown();
                        read.await();
                        return rows;
                      }));
      written.await();
      assertThat(Lagoon.ids(reading)).isEmpty();
      read.countDown();
      assertThat(write.get()).isEqualTo(1);
      assertThat(Lagoon.ids(reading)).containsExactly(1L);
    }
  }

  private static String written(Database database, String sql) {
    return database.write(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  private static String withPassword(String url) {
    return url.replace("@", ":hunter2@");
  }

  private static StorageException assertAway(ThrowingCallable work) {
    long start = System.nanoTime();
    StorageException e = catchThrowableOfType(StorageException.class, work);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.AWAY);
    assertThat(trace(e)).doesNotContain("hunter2");
    return e;
  }

  private static String trace(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
