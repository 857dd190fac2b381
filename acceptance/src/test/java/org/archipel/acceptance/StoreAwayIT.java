package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.testing.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database server goes away while a site serves, and comes back: nobody is refused for it, and
 * every request is in the account once. {@code -Darchipel.away.seconds} says for how long.
 */
final class StoreAwayIT {
  private static final SiteLoad.Shape LOAD = new SiteLoad.Shape(50, 10, 200);
  private static final Duration AWAY = Duration.ofSeconds(Long.getLong("archipel.away.seconds", 8));

  /** What an administrator may have to wait for the message, on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void nobodyIsRefusedAndEveryRecordArrivesOnce() throws IOException {
    try (PostgresServer server = PostgresServer.start(folder.resolve("postgres"));
        SimulatedEngine engine = engine()) {
      String url = server.newDatabase();
      SiteFile file = SiteFile.on(engine).with("storage:\n  url: " + url.replace("@", ":hunter2@"));
      try (SiteProcess site = SiteProcess.serve(folder, file)) {
        String key = site.control().newKey("lab", "load");
        String leaked = site.control().anotherKey("lab", "load");
        Set<String> seen = loadWhileAway(site, server, key, leaked);
        assertAccount(site, url, seen);
        String late = site.control().anotherKey("lab", "load");
        assertThat(status(site, late)).isEqualTo(200);
        assertThat(site.err()).doesNotContain("hunter2");
      }
    }
  }

  private static Set<String> loadWhileAway(
      SiteProcess site, PostgresServer server, String key, String leaked) throws IOException {
    try (SiteLoad load = SiteLoad.start(site.api(), key, "away", LOAD)) {
      load.awaitSeen(20, 100);
      server.stop();
      int before = load.whole().size();
      assertRefusedSoon(() -> site.control().anotherKey("lab", "load"));
      // A leaked key stops, although that cannot be written down yet.
      assertRefusedSoon(() -> site.control().revokeKey(leaked));
      assertThat(status(site, leaked)).isEqualTo(401);
      load.run(AWAY);
      assertThat(load.whole().size()).isGreaterThan(before);
      server.startAgain();
      await("the store to take records again")
          .atMost(Duration.ofSeconds(60))
          .until(() -> site.err().contains("The store takes usage records again"));
      load.run(Duration.ofSeconds(1));
      load.close();
      assertThat(load.problems()).isEmpty();
      Set<String> seen = new HashSet<>(load.streamed());
      seen.addAll(load.whole());
      return seen;
    }
  }

  private static void assertRefusedSoon(Runnable change) {
    long start = System.nanoTime();
    Throwable refused = catchThrowable(change::run);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(refused)
        .hasMessageContaining("answered 503")
        .hasMessageContaining("the database cannot be used now")
        .hasMessageNotContaining("hunter2");
  }

  private static void assertAccount(SiteProcess site, String url, Set<String> seen) {
    long requests = site.control().usage().path("requests").asLong();
    List<AccountedRequest> records = AccountedRequest.all(url);
    assertThat(records.stream().map(AccountedRequest::id).distinct().count())
        .isEqualTo(records.size())
        .isEqualTo(requests);
    Set<String> accounted =
        records.stream().map(AccountedRequest::requestId).collect(Collectors.toSet());
    assertThat(accounted).as("one record for a request").hasSize(records.size());
    assertThat(seen).isNotEmpty().isSubsetOf(accounted);
  }

  private static int status(SiteProcess site, String key) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(
          RawHttp.request(
              "POST",
              "/v1/chat/completions",
              List.of("Authorization: Bearer " + key),
              "{\"model\":\"simulated\",\"max_tokens\":1,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"));
      return client.read().status();
    }
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withMaxConcurrency(1_000)
            .withTiming(new FixedTiming(Duration.ofMillis(30), Duration.ofMillis(40))));
  }
}
