package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.ServedRequest;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests of every kind, a fifth of them abandoned: the account is what the engines
 * counted, to the token, and every permit comes back. {@code -Darchipel.requests} sets how many.
 */
final class LedgerAgainstEnginesIT {
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int REQUESTS = Integer.getInteger("archipel.requests", 10_000);
  private static final int CALLERS = 64;
  private static final int PLACES = 48;

  @TempDir Path folder;

  @Test
  void theAccountIsWhatTheEnginesCounted() throws IOException, InterruptedException {
    try (SimulatedEngine engine = engine();
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      String key = site.control().newKey("lab", "mixed");
      MixedCaller.Book book = call(site, key);
      assertThat(book.problems()).isEmpty();
      await("the engine to be idle")
          .atMost(Duration.ofSeconds(10))
          .until(() -> engine.counters().running() + engine.counters().waiting() == 0);

      Map<String, AccountedRequest> records = records(site);
      Set<String> sent = new HashSet<>(book.complete().keySet());
      sent.addAll(book.abandoned().keySet());
      assertThat(sent).as("seed %d", SEED).hasSize(REQUESTS);
      assertThat(records.keySet()).as("seed %d", SEED).isEqualTo(sent);
      assertThat(differences(book, engine, records)).as("seed %d", SEED).isEmpty();
      assertEveryPermitIsBack(site);
      assertAllPlacesAreFree(site, engine, key);
      assertThat(site.logged("ERROR")).isEmpty();
    }
  }

  private static MixedCaller.Book call(SiteProcess site, String key) throws InterruptedException {
    MixedCaller.Book book = new MixedCaller.Book(REQUESTS);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Random random = new Random(SEED * 1_000 + i);
      callers.add(Thread.ofVirtual().start(new MixedCaller(site.api(), key, book, random)));
    }
    for (Thread caller : callers) {
      assertThat(caller.join(Duration.ofMinutes(2))).as("a caller came to its end").isTrue();
    }
    return book;
  }

  private static Map<String, AccountedRequest> records(SiteProcess site) {
    JsonNode sums = site.control().usage();
    List<AccountedRequest> all = AccountedRequest.all(site.data());
    assertThat(sums.path("requests").asLong()).isEqualTo(all.size());
    Map<String, AccountedRequest> records = new HashMap<>();
    for (AccountedRequest record : all) {
      assertThat(records.put(record.requestId(), record)).as("in there twice").isNull();
    }
    return records;
  }

  /** By request, how its record is not what it should be. */
  private static Map<String, String> differences(
      MixedCaller.Book book, SimulatedEngine engine, Map<String, AccountedRequest> records) {
    Map<String, ServedRequest> served = new HashMap<>();
    engine.served().forEach(request -> served.put(request.requestId(), request));
    Map<String, String> differences = new TreeMap<>();
    book.complete()
        .forEach(
            (id, kind) -> {
              AccountedRequest record = records.get(id);
              ServedRequest truth = served.get(id);
              if (record == null || truth == null || !same(kind, record, truth)) {
                differences.put(id, kind + ": " + record + " (expected: " + truth + ")");
              }
            });
    book.abandoned()
        .forEach(
            (id, kind) -> {
              AccountedRequest record = records.get(id);
              // Who leaves at the last moment may have been served to the end.
              if (record == null || record.outcome().equals("failed")) {
                differences.put(id, kind + ": " + record + " (expected: cancelled or completed)");
              }
            });
    return differences;
  }

  private static boolean same(
      MixedRequests.Kind kind, AccountedRequest record, ServedRequest truth) {
    boolean identity =
        record.completed()
            && truth.completed()
            && record.status() == 200
            && record.model().equals(kind.model())
            && record.route().equals(kind.route());
    boolean tokens =
        record.promptTokens() == truth.promptTokens()
            && record.cachedTokens() == truth.cachedTokens()
            && record.completionTokens() == truth.completionTokens()
            && !record.estimated();
    return identity && (kind.reportsTokens() ? tokens : record.estimated());
  }

  /** Nobody waits and no permit is out in any pool. */
  private static void assertEveryPermitIsBack(SiteProcess site) {
    for (MixedRequests.Kind kind : MixedRequests.Kind.values()) {
      await("the permits of " + kind.model())
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                PoolLook pool = PoolLook.at(site, kind.model());
                return pool.running("lab") + pool.waiting("lab") == 0;
              });
    }
  }

  /**
   * As many streams as there are places begin before any of them ends; a limit that the load has
   * lowered grows back meanwhile.
   */
  private static void assertAllPlacesAreFree(SiteProcess site, SimulatedEngine engine, String key)
      throws IOException {
    MixedRequests requests = new MixedRequests(key);
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < PLACES; i++) {
        RawHttp client = RawHttp.connect(site.api());
        clients.add(client);
        client.send(requests.bytes(MixedRequests.Kind.CHAT_STREAM, "place-" + i, 60_000));
      }
      await("all places to be taken")
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  assertThat(engine.counters().running())
                      .as("the queue: %s", site.control().get("/api/v1/queue"))
                      .isEqualTo(PLACES));
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
    await("all places to be left")
        .atMost(Duration.ofSeconds(10))
        .until(() -> engine.counters().running() == 0);
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withModels(MixedRequests.MODELS)
            .withMaxConcurrency(PLACES)
            .withRememberedRequests()
            .withTiming(new FixedTiming(Duration.ofMillis(5), Duration.ofMillis(5))));
  }
}
