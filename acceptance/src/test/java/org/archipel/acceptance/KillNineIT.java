package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.ServedRequest;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.testing.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} under load: what a caller saw complete is in the account, once, with the tokens
 * that the engine counted. {@code -Darchipel.seed} repeats a run, {@code -Darchipel.kills} sets how
 * often the site dies.
 */
final class KillNineIT {
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int KILLS = Integer.getInteger("archipel.kills", 10);
  private static final SiteLoad.Shape LOAD = new SiteLoad.Shape(200, 25, 500);

  /** Fewer than these before a kill would prove nothing. */
  private static final int STREAMS_SEEN = 20;

  private static final int ANSWERS_SEEN = 100;

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Set<String> seen = new HashSet<>();

  @Test
  void whatACallerSawCompleteIsAccountedForOnce() throws IOException {
    try (SimulatedEngine engine = engine();
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      killAndCount(site, engine, KILLS, () -> AccountedRequest.all(site.data()));
    }
  }

  @Test
  void soItIsWithPostgresAsTheStore() throws IOException {
    try (PostgresServer server = PostgresServer.start(folder.resolve("postgres"));
        SimulatedEngine engine = engine()) {
      String url = server.newDatabase();
      SiteFile file = SiteFile.on(engine).with("storage:\n  url: " + url);
      try (SiteProcess site = SiteProcess.serve(folder, file)) {
        killAndCount(site, engine, Math.min(KILLS, 3), () -> AccountedRequest.all(url));
        assertThat(site.data().resolve("archipel.db")).doesNotExist();
      }
    }
  }

  private void killAndCount(
      SiteProcess site, SimulatedEngine engine, int kills, Supplier<List<AccountedRequest>> store)
      throws IOException {
    String key = site.control().newKey("lab", "load");
    for (int kill = 1; kill <= kills; kill++) {
      loadUntilKilled(site, key, kill);
      site.startAgain();
      JsonNode sums = site.control().usage();
      assertAccount(sums, store.get(), engine, "seed %d, kill %d".formatted(SEED, kill));
    }
    assertThat(seen.size()).isGreaterThanOrEqualTo(kills * (STREAMS_SEEN + ANSWERS_SEEN));
  }

  private void loadUntilKilled(SiteProcess site, String key, int kill) {
    Duration time = Duration.ofMillis(200 + random.nextInt(2_000));
    try (SiteLoad load = SiteLoad.start(site.api(), key, "kill" + kill, LOAD)) {
      load.awaitSeen(STREAMS_SEEN, ANSWERS_SEEN);
      load.run(time);
      load.expectTheEnd();
      site.kill();
      load.close();
      assertThat(load.problems()).isEmpty();
      seen.addAll(load.streamed());
      seen.addAll(load.whole());
    }
  }

  private void assertAccount(
      JsonNode sums, List<AccountedRequest> records, SimulatedEngine engine, String when) {
    Map<String, AccountedRequest> byId = new HashMap<>();
    for (AccountedRequest record : records) {
      assertThat(byId.put(record.requestId(), record)).as(when + ": in there twice").isNull();
    }
    assertThat(records.stream().map(AccountedRequest::id).distinct().count())
        .as(when)
        .isEqualTo(records.size());

    Set<String> missing = new HashSet<>(seen);
    missing.removeAll(byId.keySet());
    assertThat(missing).as(when + ": seen complete and not in the account").isEmpty();
    assertTokens(engine, byId, when);
    assertSums(sums, records, when);
  }

  private void assertTokens(
      SimulatedEngine engine, Map<String, AccountedRequest> records, String when) {
    Map<String, ServedRequest> served =
        engine.served().stream()
            .collect(Collectors.toMap(ServedRequest::requestId, Function.identity(), (a, _) -> a));
    for (String id : seen) {
      AccountedRequest record = records.get(id);
      ServedRequest truth = served.get(id);
      assertThat(record).as(when).isNotNull();
      assertThat(truth).as(when + ": the engine knows nothing of " + id).isNotNull();
      assertThat(List.of(record.promptTokens(), record.completionTokens(), record.outcome()))
          .as("%s: %s", when, id)
          .isEqualTo(
              List.of((long) truth.promptTokens(), (long) truth.completionTokens(), "completed"));
    }
  }

  private static void assertSums(JsonNode sums, List<AccountedRequest> records, String when) {
    assertThat(sums.path("requests").asLong()).as(when).isEqualTo(records.size());
    assertThat(sums.path("completed").asLong())
        .as(when)
        .isEqualTo(records.stream().filter(AccountedRequest::completed).count());
    assertThat(sums.path("prompt_tokens").asLong())
        .as(when)
        .isEqualTo(records.stream().mapToLong(AccountedRequest::promptTokens).sum());
    assertThat(sums.path("completion_tokens").asLong())
        .as(when)
        .isEqualTo(records.stream().mapToLong(AccountedRequest::completionTokens).sum());
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withMaxConcurrency(1_000)
            .withRememberedRequests()
            .withTiming(new FixedTiming(Duration.ofMillis(30), Duration.ofMillis(40))));
  }
}
