package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Quotas on the running program: what a caller hears of them, and that a site which died under load
 * goes on with exactly what its ledger says. {@code -Darchipel.seed} repeats a run.
 */
final class QuotaIT {
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int KILLS = 2;
  private static final SiteLoad.Shape LOAD = new SiteLoad.Shape(30, 10, 100);
  private static final String LAB = "/api/v1/quotas/organization:lab";

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  @Test
  @Timeout(240)
  void budgetIsWhatTheLedgerSaysAfterEveryKill() throws IOException {
    try (SimulatedEngine engine = engine();
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      String key = site.control().newKey("lab", "load");
      long budget = 1_000_000_000L;
      limit(site, "organization", "lab", "tokens_per_month", budget);
      limit(site, "key", key.substring(4, 16), "concurrent_requests", 10_000);
      for (int kill = 1; kill <= KILLS; kill++) {
        loadUntilKilled(site, key, kill);
        site.startAgain();
        String when = "seed %d, kill %d".formatted(SEED, kill);
        JsonNode month = site.control().get(LAB).path("budgets").get(0);
        JsonNode sums = site.control().usage();
        long used = sums.path("prompt_tokens").asLong() + sums.path("completion_tokens").asLong();
        assertThat(month.path("used").asLong()).as(when).isEqualTo(used).isPositive();
        assertThat(month.path("reserved").asLong()).as(when).isZero();
        assertThat(month.path("left").asLong()).as(when).isEqualTo(budget - used);
      }
      serveAndCompare(site, key);
    }
  }

  /** Also while it runs, memory and ledger agree once nothing is under way. */
  private void serveAndCompare(SiteProcess site, String key) {
    try (SiteLoad load = SiteLoad.start(site.api(), key, "last", LOAD)) {
      load.awaitSeen(20, 50);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> site.control().get(LAB).path("running").asLong() == 0);
    JsonNode sums = site.control().usage();
    long used = sums.path("prompt_tokens").asLong() + sums.path("completion_tokens").asLong();
    assertThat(site.control().get(LAB).path("budgets").get(0).path("used").asLong())
        .isEqualTo(used);
  }

  private void loadUntilKilled(SiteProcess site, String key, int kill) {
    try (SiteLoad load = SiteLoad.start(site.api(), key, "kill" + kill, LOAD)) {
      load.awaitSeen(10, 50);
      load.run(Duration.ofMillis(100 + random.nextInt(1_000)));
      load.expectTheEnd();
      site.kill();
      load.close();
      assertThat(load.problems()).isEmpty();
    }
  }

  @Test
  void callerHearsOfLimitsAndOfTheirEnd() throws IOException {
    try (SimulatedEngine engine = engine();
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      String key = site.control().newKey("lab", "chat");
      String other = site.control().anotherKey("lab", "chat");
      limit(site, "key", key.substring(4, 16), "requests_per_minute", 2);
      try (RawHttp client = RawHttp.connect(site.api())) {
        RawResponse first = ask(client, key);
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.head().header("x-ratelimit-limit-requests")).contains("2");
        assertThat(first.head().header("x-ratelimit-remaining-requests")).contains("1");
        assertThat(ask(client, key).status()).isEqualTo(200);
        RawResponse refused = ask(client, key);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).contains("\"code\":\"rate_limit_exceeded\"");
        assertThat(refused.head().header("retry-after").map(Integer::parseInt).orElseThrow())
            .isBetween(1, 30);

        assertThat(ask(client, other).status()).isEqualTo(200);
        limit(site, "organization", "lab", "tokens_per_day", 1);
        RawResponse exhausted = ask(client, other);
        assertThat(exhausted.status()).isEqualTo(429);
        assertThat(exhausted.text()).contains("\"code\":\"quota_exhausted\"");
        assertThat(exhausted.head().header("x-should-retry")).contains("false");
        assertThat(site.control().metric("archipel_quota_refusals_total")).isEqualTo(2);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> site.control().get("/api/v1/events").path("items").size() == 2);
      }
    }
  }

  private static RawResponse ask(RawHttp client, String key) throws IOException {
    client.send(
        RawHttp.request(
            "POST",
            "/v1/chat/completions",
            List.of("Authorization: Bearer " + key),
            """
            {"model":"simulated","max_tokens":4,"messages":[{"role":"user","content":"Hello"}]}\
            """));
    return client.read();
  }

  private static void limit(SiteProcess site, String of, String name, String limit, long value) {
    ObjectNode wish = WireJson.object().put(of, name);
    wish.putObject("limits").put(limit, value);
    JsonNode set = site.control().post("/api/v1/quotas", wish);
    assertThat(set.path("limits").path(limit).asLong()).isEqualTo(value);
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withMaxConcurrency(1_000)
            .withTiming(new FixedTiming(Duration.ofMillis(30), Duration.ofMillis(20))));
  }
}
