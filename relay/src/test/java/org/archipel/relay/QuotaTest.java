package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.archipel.directory.quota.Limits;
import org.archipel.directory.quota.QuotaKind;
import org.archipel.directory.quota.QuotaStanding;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client hears of the quotas of its key, and what its requests take from them. */
@ExtendWith(LeakCheck.class)
final class QuotaTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\",\"max_tokens\":100}";
  private static final String USAGE = "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";

  private final ScriptedEngine engine = new ScriptedEngine();

  @Test
  void limitPerMinuteIsToldInEveryHeadAndThenRefuses() throws Exception {
    engine.then(call -> call.json(200, USAGE));
    engine.then(call -> call.streamHead().stream(Chunks.text("a"), Chunks.DONE));
    engine.then(call -> call.json(400, "{\"error\":{\"message\":\"no\"}}"));
    Limits limits =
        Limits.NONE
            .with(QuotaKind.REQUESTS_PER_MINUTE, 3)
            .with(QuotaKind.TOKENS_PER_MINUTE, 10_000);
    try (RelayFixture relay = RelayFixture.of(engine).quota(limits).start()) {
      RawClient client = relay.client();
      RawClient.Answer first = client.post(CHAT, BODY).answer();
      assertThat(first.header("x-ratelimit-limit-requests")).contains("3");
      assertThat(first.header("x-ratelimit-remaining-requests")).contains("2");
      assertThat(first.header("x-ratelimit-reset-requests")).contains("20s");
      assertThat(first.header("x-ratelimit-limit-tokens")).contains("10000");
      assertThat(first.header("x-ratelimit-remaining-tokens")).contains("9893");
      assertThat(first.header("x-ratelimit-reset-tokens")).isPresent();

      client.post(CHAT, "{\"model\":\"m\",\"stream\":true}");
      assertThat(client.head().header("x-ratelimit-remaining-requests")).contains("1");
      client.chunks();
      RawClient.Answer wrong = client.post(CHAT, BODY).answer();
      assertThat(wrong.status()).isEqualTo(400);
      assertThat(wrong.header("x-ratelimit-remaining-requests")).contains("0");

      RawClient.Answer refused = client.post(CHAT, BODY).answer();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text())
          .contains(
              "\"code\":\"rate_limit_exceeded\"",
              "\"type\":\"rate_limit_exceeded\"",
              "requests_per_minute of the key: 0 of 3 left");
      assertThat(refused.header("retry-after").map(Integer::parseInt).orElseThrow())
          .isBetween(15, 20);
      assertThat(refused.header("x-should-retry")).isEmpty();
      assertThat(refused.header("x-ratelimit-remaining-requests")).contains("0");
      Awaitility.await().until(() -> relay.journal().records().size() == 3);
      assertThat(engine.calls()).hasSize(3);
    }
  }

  @Test
  void usedUpBudgetIsNotWorthTryingAgain() throws Exception {
    engine.always(call -> call.json(200, USAGE));
    Limits limits = Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 200);
    try (RelayFixture relay = RelayFixture.of(engine).quota(limits).start()) {
      RawClient client = relay.client();
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(relay.quota().budget(QuotaKind.TOKENS_PER_MONTH).orElseThrow().used())
          .isEqualTo(10);
      RawClient.Answer refused = client.post(CHAT, "{\"model\":\"m\",\"max_tokens\":190}").answer();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text())
          .contains("\"code\":\"quota_exhausted\"", "tokens_per_month of the key: 190 of 200 left");
      assertThat(refused.header("x-should-retry")).contains("false");
      assertThat(refused.header("retry-after").map(Integer::parseInt).orElseThrow())
          .isBetween(1, 31 * 86_400);
      assertThat(refused.header("x-ratelimit-limit-requests")).isEmpty();
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"model\":\"m\"}', 1000",
    "'{\"model\":\"m\",\"max_tokens\":20}', 20",
    "'{\"model\":\"m\",\"max_tokens\":20,\"n\":3}', 60",
    "'{\"n\":4,\"model\":\"m\"}', 4000",
    "'{\"n\":0,\"model\":\"m\",\"max_tokens\":20}', 20",
    "'{\"model\":\"m\",\"max_tokens\":900000}', 1000"
  })
  void answerReservesItsLimitOrTheUsualOne(String body, long completion) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, USAGE));
    Limits limits = Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 1_000_000);
    try (RelayFixture relay = RelayFixture.of(engine).quota(limits).start()) {
      RawClient client = relay.client().post(CHAT, body);
      engine.call();
      assertThat(relay.quota().budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().reserved())
          .isEqualTo(body.length() / 4 + completion);
      go.countDown();
      client.answer();
      QuotaStanding after = relay.quota();
      assertThat(after.budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().reserved()).isZero();
      assertThat(after.budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().used()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "rejected", "failed", "cut", "left", "reset"})
  void everyEndingFreesTheSlotAndUsesWhatItsRecordSays(String ending) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    engine.always(
        call -> {
          switch (ending) {
            case "completed" -> call.json(200, USAGE);
            case "rejected" -> call.json(400, "{}");
            case "failed" -> call.reset();
            case "cut" -> {
              call.streamHead().chunk(Chunks.text("a"));
              call.reset();
            }
            default -> call.await(end);
          }
        });
    Limits limits =
        Limits.NONE.with(QuotaKind.CONCURRENT_REQUESTS, 1).with(QuotaKind.TOKENS_PER_DAY, 5_000);
    try (RelayFixture relay = RelayFixture.of(engine).quota(limits).start()) {
      RawClient client = relay.client().post(CHAT, BODY);
      switch (ending) {
        case "left" -> {
          engine.call();
          client.close();
        }
        case "reset" -> {
          engine.call();
          client.reset();
        }
        default -> client.answer();
      }
      Awaitility.await().until(() -> relay.journal().records().size() == 1);
      var tokens = relay.record().tokens();
      QuotaStanding after = relay.quota();
      assertThat(after.running()).isZero();
      assertThat(after.budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().used())
          .isEqualTo(tokens.prompt() + tokens.completion());
      assertThat(after.budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().reserved()).isZero();
    } finally {
      end.countDown();
    }
  }

  @Test
  void whoIsRefusedInTheLineOrLeavesItHasUsedNothing() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, USAGE));
    Limits limits =
        Limits.NONE
            .with(QuotaKind.REQUESTS_PER_MINUTE, 10)
            .with(QuotaKind.CONCURRENT_REQUESTS, 3)
            .with(QuotaKind.TOKENS_PER_DAY, 100_000);
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .concurrency(1)
            .limits(
                l ->
                    new RelayLimits(
                        l.maxBody(),
                        l.maxBufferedBodies(),
                        l.maxHeader(),
                        1,
                        l.eventLoops(),
                        l.reservedCompletion()))
            .quota(limits)
            .start()) {
      RawClient running = relay.client().post(CHAT, BODY);
      engine.call();
      RawClient waiting = relay.client().post(CHAT, BODY);
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      assertThat(relay.client().post(CHAT, BODY).answer().text()).contains("queue_full");
      assertThat(relay.quota().running()).isEqualTo(2);
      waiting.close();
      Awaitility.await().until(() -> relay.quota().running() == 1);
      assertThat(relay.quota().requests().remaining()).isEqualTo(9);
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);
      assertThat(relay.quota().budget(QuotaKind.TOKENS_PER_DAY).orElseThrow().used()).isEqualTo(10);
    }
  }

  @Test
  void onlyAsManyRequestsRunAsAgreed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, USAGE));
    Limits limits = Limits.NONE.with(QuotaKind.CONCURRENT_REQUESTS, 1);
    try (RelayFixture relay = RelayFixture.of(engine).quota(limits).start()) {
      RawClient running = relay.client().post(CHAT, BODY);
      engine.call();
      RawClient.Answer refused = relay.client().post(CHAT, BODY).answer();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text()).contains("concurrent_requests of the key: 0 of 1 left");
      assertThat(refused.header("retry-after")).contains("1");
      go.countDown();
      running.answer();
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "12, 12ms", "1000, 1s", "1500, 1.5s", "360000, 6m0s", "3661010, 1h1m1.01s"})
  void durationsAreWrittenAsGoWritesThem(long millis, String text) {
    assertThat(GoDuration.of(millis)).isEqualTo(text);
  }
}
