package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.PriceList;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each request for a model leaves exactly one record, and that is right. */
@ExtendWith(LeakCheck.class)
final class UsageRecordsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"nick\"}";

  private final ScriptedEngine engine = new ScriptedEngine();

  @Test
  void aRecordSaysWhoWhatWhereAndHowLong() throws Exception {
    engine.always(
        call -> call.json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got =
          relay.client().post(CHAT + "?secret=1", BODY, "x-request-id: r-7\r\n").answer();
      UsageRecord record = relay.record();

      assertThat(record.requestId()).isEqualTo("r-7");
      assertThat(record.site()).isEqualTo("rennes");
      assertThat(record.caller()).isEqualTo(new UsageRecord.Charged("univ-a", "chat", "key-1"));
      assertThat(record.model()).isEqualTo("m");
      assertThat(record.engine()).contains(new UsageRecord.Place("e1", "univ-a"));
      assertThat(record.route()).isEqualTo(CHAT);
      assertThat(record.streamed()).isFalse();
      assertThat(record.status()).isEqualTo(200);
      assertThat(record.errorCode()).isEmpty();
      assertThat(record.requestBytes()).isEqualTo(BODY.length());
      assertThat(record.responseBytes()).isEqualTo(got.body().length);
      UsageRecord.Timing timing = record.timing();
      assertThat(timing.queued()).isBetween(0L, timing.firstByte());
      assertThat(timing.firstByte()).isBetween(1L, timing.total());
    }
  }

  private static PriceList priced(Rates rates) {
    return PriceList.of(
        List.of(
            new Tariff(
                "t-1", 1, TariffSelector.ANY, rates, "EUR", Instant.EPOCH, Optional.empty())));
  }

  @Test
  void aRecordSaysItsClassItsPriceAndItsTimeOnTheEngine() throws Exception {
    engine.always(
        call -> call.json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"));
    Rates rates = new Rates(2_000_000, 0, 10_000_000, 0, 0, 5);
    try (RelayFixture relay = RelayFixture.of(engine).prices(priced(rates)).start()) {
      relay.client().post(CHAT, BODY, "x-archipel-class: batch\r\n").answer();
      UsageRecord record = relay.record();

      assertThat(record.serviceClass()).isEqualTo("batch");
      assertThat(record.price()).contains(new UsageRecord.Price("t-1", 49, "EUR"));
      assertThat(record.engineMicros())
          .isBetween(1L, record.timing().total() - record.timing().queued());
    }
  }

  @Test
  void timeOnEnginesIsSummedOverAttemptsWithoutTheWaitsBetween() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.then(call -> call.await(go).json(503, "{}"));
    engine.always(call -> call.json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, BODY);
      engine.call();
      long held = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - held > 50_000_000);
      go.countDown();
      assertThat(client.answer().status()).isEqualTo(200);
      UsageRecord record = relay.record();

      assertThat(record.attempts()).isEqualTo(2);
      assertThat(record.engineMicros()).isBetween(50_000L, record.timing().total());
    }
  }

  @Test
  void aTranscriptionSaysHowLongTheAudioWasAndCostsByIt() throws Exception {
    engine.then(
        call ->
            call.json(200, "{\"text\":\"a\",\"usage\":{\"type\":\"duration\",\"seconds\":61}}"));
    engine.then(call -> call.json(200, "{\"duration\":8.47,\"text\":\"a\"}"));
    String route = "/v1/audio/transcriptions";
    try (RelayFixture relay =
        RelayFixture.of(engine).prices(priced(new Rates(0, 0, 0, 0, 100, 0))).start()) {
      relay.client().post(route, BODY).answer();
      relay.client().post(route, BODY).answer();

      assertThat(relay.journal().records())
          .extracting(UsageRecord::audioMillis)
          .containsExactly(61_000L, 8470L);
      assertThat(relay.journal().records().getFirst().price())
          .contains(new UsageRecord.Price("t-1", 6100, "EUR"));
    }
  }

  @Test
  void aDurationInAnAnswerThatIsNotAboutAudioIsNone() throws Exception {
    engine.always(call -> call.json(200, "{\"duration\":8.47}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.client().post(CHAT, BODY).answer();
      assertThat(relay.record().audioMillis()).isZero();
    }
  }

  @Test
  void aRequestThatNeverLeftTheQueueSpentNoTimeOnAnEngine() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.catalog().down("e1");
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(503);
      assertThat(relay.record().engineMicros()).isZero();
      assertThat(relay.record().price()).isEmpty();
    }
  }

  @Test
  void requestsThatNameNoModelOfTheSiteLeaveNone() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.post(CHAT, "{\"model\":\"none\"}").answer();
      client.post(CHAT, "{").answer();
      client.post("/nothing", "{}").answer();
      client.get("/v1/models").answer();

      assertThat(relay.journal().records()).isEmpty();
    }
  }

  @Test
  void aFullQueueIsToldAndRecorded() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
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
            .start()) {
      RawClient running = relay.client().post(CHAT, BODY);
      engine.call();
      RawClient waiting = relay.client().post(CHAT, BODY);
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      RawClient.Answer refused = relay.client().post(CHAT, BODY).answer();

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text())
          .contains("\"code\":\"queue_full\"", "\"type\":\"rate_limit_exceeded\"");
      assertThat(refused.header("retry-after").map(Integer::parseInt).orElseThrow())
          .isBetween(1, 60);
      UsageRecord record = relay.record();
      assertThat(record.outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(record.errorCode()).contains("queue_full");
      assertThat(record.status()).isEqualTo(429);
      assertThat(record.attempts()).isZero();
      assertThat(record.tokens()).isEqualTo(UsageRecord.Tokens.NONE);
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);
      assertThat(waiting.answer().status()).isEqualTo(200);
      assertThat(relay.journal().records()).hasSize(3);
    }
  }

  @Test
  void aQueueThatTakesTooLongIsToldAndRecorded() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .concurrency(1)
            .timeouts(Timeouts.queue(Duration.ofMillis(400)))
            .start()) {
      RawClient running = relay.client().post(CHAT, BODY);
      engine.call();
      RawClient.Answer refused = relay.client().post(CHAT, BODY).answer();

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text()).contains("\"code\":\"queue_timeout\"");
      assertThat(refused.header("retry-after")).isPresent();
      UsageRecord record = relay.record();
      assertThat(record.errorCode()).contains("queue_timeout");
      assertThat(record.timing().total()).isGreaterThan(390_000);
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void noEngineIsToldAndRecorded() throws Exception {
    ModelSpec empty =
        new ModelSpec("empty", List.of(), ModelKind.CHAT, OptionalInt.empty(), List.of());
    try (RelayFixture relay = RelayFixture.of(engine).models(empty).start()) {
      RawClient.Answer got = relay.client().post(CHAT, "{\"model\":\"empty\"}").answer();
      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text()).contains("\"code\":\"no_engine_available\"");
      assertThat(got.header("retry-after")).isPresent();
      assertThat(relay.record().errorCode()).contains("no_engine_available");

      relay.catalog().down("e1");
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(503);
      relay.catalog().up("e1");
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void waitingRequestsGoOnWhenAnEngineComesBack() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.then(call -> call.await(go).close());
    try (RelayFixture relay = RelayFixture.of(engine).concurrency(1).start()) {
      RawClient running = relay.client().post(CHAT, BODY);
      engine.call();
      RawClient waiting = relay.client().post(CHAT, BODY);
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      relay.catalog().down("e1");
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(502);
      assertThat(relay.server().waiting()).isEqualTo(1);
      relay.catalog().up("e1");

      assertThat(waiting.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void countingTokensCostsNone() throws Exception {
    engine.always(call -> call.json(200, "{\"input_tokens\":2095,\"usage\":{\"input_tokens\":9}}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.client().post("/v1/messages/count_tokens", BODY).answer();

      assertThat(relay.record().tokens()).isEqualTo(UsageRecord.Tokens.NONE);
    }
  }

  @Test
  void manyRequestsAtOnceLeaveOneRecordEach() throws Exception {
    engine.always(
        call -> call.json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"));
    try (RelayFixture relay = RelayFixture.of(engine).concurrency(4).start()) {
      List<RawClient> clients = new java.util.ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(relay.client());
      }
      for (int round = 0; round < 20; round++) {
        for (RawClient client : clients) {
          client.post(CHAT, BODY);
        }
        for (RawClient client : clients) {
          assertThat(client.answer().status()).isEqualTo(200);
        }
      }
      List<UsageRecord> records = relay.journal().records();
      assertThat(records).hasSize(400);
      assertThat(records.stream().map(UsageRecord::id).distinct()).hasSize(400);
      assertThat(records.stream().mapToLong(r -> r.tokens().prompt()).sum()).isEqualTo(2800);
    }
  }
}
