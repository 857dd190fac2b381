package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failed attempt is made good on another engine, as long as nothing of an answer was seen. */
@ExtendWith(LeakCheck.class)
final class RetryTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\",\"a\":1}";

  private final ScriptedEngine first = new ScriptedEngine();
  private final ScriptedEngine second = new ScriptedEngine();

  /** Relays to two engines of which the first is asked first. */
  private RelayFixture start() {
    return RelayFixture.start(first, second);
  }

  @Test
  void anEngineThatIsGoneIsReportedAndPassedOver() throws Exception {
    first.closeListener();
    try (RelayFixture relay = start()) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(got.header("x-archipel-engine")).contains("e2");
      assertThat(second.call().text()).isEqualTo(BODY);
      assertThat(relay.catalog().unreachable()).containsExactly("e1");
      UsageRecord record = relay.record();
      assertThat(record.attempts()).isEqualTo(2);
      assertThat(record.engine().orElseThrow().engine()).isEqualTo("e2");
      assertThat(record.outcome()).isEqualTo(UsageOutcome.COMPLETED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504, 529})
  void anEngineThatIsBusyOrBrokenIsPassedOver(int status) throws Exception {
    first.always(call -> call.json(status, "{\"error\":\"no\"}"));
    try (RelayFixture relay = start()) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(relay.record().attempts()).isEqualTo(2);
      assertThat(relay.catalog().unreachable()).isEmpty();
      assertThat(first.calls()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200", "garbage\r\n\r\n"})
  void anEngineThatClosesWithoutAnAnswerIsPassedOver(String said) throws Exception {
    first.always(call -> call.send(said).close());
    try (RelayFixture relay = start()) {
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(relay.record().attempts()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 413, 422, 501})
  void otherAnswersAreNotRetried(int status) throws Exception {
    first.always(call -> call.json(status, "{\"error\":\"no\"}"));
    try (RelayFixture relay = start()) {
      relay.client().post(CHAT, BODY).answer();

      assertThat(relay.record().attempts()).isEqualTo(1);
      assertThat(second.calls()).isEmpty();
    }
  }

  @Test
  void afterTheFirstByteNothingIsRetried() throws Exception {
    first.always(call -> call.streamHead().close());
    try (RelayFixture relay = start()) {
      String got = relay.client().post(CHAT, "{\"model\":\"m\",\"stream\":true}").answer().text();

      assertThat(got).contains("\"code\":\"engine_failed\"");
      assertThat(second.calls()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 504})
  void twoFailuresAreEnough(int status) throws Exception {
    ScriptedEngine third = new ScriptedEngine();
    for (ScriptedEngine engine : List.of(first, second, third)) {
      engine.always(call -> call.json(status, "{}"));
    }
    try (RelayFixture relay = RelayFixture.start(first, second, third)) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(502);
      assertThat(got.text())
          .contains("\"code\":\"engine_failed\"", "the engine answered " + status);
      UsageRecord record = relay.record();
      assertThat(record.attempts()).isEqualTo(2);
      assertThat(record.outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(record.errorCode()).contains("engine_failed");
      assertThat(first.calls().size() + second.calls().size() + third.calls().size()).isEqualTo(2);
    }
  }

  @Test
  void allThatRanOnAnEngineThatDiesGoesToAnother() throws Exception {
    int many = 24;
    CountDownLatch dies = new CountDownLatch(1);
    first.always(call -> call.await(dies).reset());
    second.always(call -> call.await(dies).json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(first, second)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        clients.add(relay.client().post(CHAT, BODY));
      }
      Awaitility.await().until(() -> first.calls().size() + second.calls().size() == many);
      // More than the budget for failures under load would let through.
      assertThat(first.calls().size()).isGreaterThan(many / 4);
      first.closeListener();
      dies.countDown();

      for (RawClient client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(second.calls()).hasSize(many);
    }
  }

  @Test
  void whatABrokenEngineSaidIsToldWhenThereIsNoOther() throws Exception {
    first.always(call -> call.json(500, "{\"error\":{\"message\":\"out of blocks\"}}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(502);
      assertThat(got.text()).contains("the engine answered 500: out of blocks");
      assertThat(relay.record().attempts()).isEqualTo(1);
    }
  }

  @Test
  void aBusyEngineIsAskedAgainUntilItHasRoom() throws Exception {
    for (int status : new int[] {503, 429, 529}) {
      first.then(call -> call.json(status, "{}"));
    }
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(first.calls()).hasSize(4).allMatch(call -> call.text().equals(BODY));
      assertThat(relay.catalog().unreachable()).isEmpty();
      assertThat(relay.record().attempts()).isEqualTo(4);
    }
  }

  @Test
  void aRequestThatOnlyFindsBusyEnginesIsToldAtItsDeadline() throws Exception {
    first.always(call -> call.json(503, "{}"));
    second.always(call -> call.json(429, "{}"));
    try (RelayFixture relay =
        RelayFixture.of(first, second).timeouts(Timeouts.queue(Duration.ofMillis(400))).start()) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text()).contains("\"code\":\"queue_timeout\"");
      assertThat(got.header("retry-after")).isPresent();
      assertThat(second.calls()).isNotEmpty();
      assertThat(relay.record().attempts()).isGreaterThan(2);
    }
  }

  @Test
  void aClientThatLeavesWhileItsEnginesAreBusyIsForgotten() throws Exception {
    first.always(call -> call.json(503, "{}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient client = relay.client().post(CHAT, BODY);
      first.call();
      client.close();

      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.CANCELLED);
    }
  }

  @Test
  void failuresBesideBusyEnginesAreCountedApart() throws Exception {
    ScriptedEngine third = new ScriptedEngine();
    // In the order in which they are asked, whichever that is.
    Queue<Integer> statuses = new ConcurrentLinkedQueue<>(List.of(503, 502, 200));
    for (ScriptedEngine engine : List.of(first, second, third)) {
      engine.always(call -> call.json(statuses.remove(), "{}"));
    }
    try (RelayFixture relay = RelayFixture.start(first, second, third)) {
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(relay.record().attempts()).isEqualTo(3);
    }
  }

  @Test
  void theOnlyEnginesFailureIsToldAndNotThatThereIsNoOther() throws Exception {
    first.always(call -> call.json(502, "{}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

      assertThat(got.status()).isEqualTo(502);
      assertThat(got.text()).contains("the engine answered 502");
    }
  }

  @Test
  void aRetryWaitsForItsEngineWhenThatIsFull() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    second.then(call -> call.await(go).json(200, "{\"n\":1}"));
    second.then(call -> call.json(200, "{\"n\":2}"));
    first.then(call -> call.await(go));
    first.always(call -> call.json(503, "{}"));
    try (RelayFixture relay = RelayFixture.of(first, second).concurrency(1).start()) {
      RawClient blocked = relay.client().post(CHAT, BODY);
      first.call();
      RawClient early = relay.client().post(CHAT, BODY);
      second.call();
      blocked.close();
      Awaitility.await().until(() -> relay.server().running() == 1);
      RawClient late = relay.client().post(CHAT, BODY);
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      go.countDown();

      assertThat(early.answer().text()).isEqualTo("{\"n\":1}");
      assertThat(late.answer().text()).isEqualTo("{\"n\":2}");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStaleConnectionIsReplacedByAFreshOne(boolean reset) throws Exception {
    first.then(call -> call.json(200, "{}"));
    // Reads the request on the old connection, and lets it drop.
    first.then(
        call -> {
          if (reset) {
            call.reset();
          } else {
            call.close();
          }
        });
    first.then(call -> call.json(200, "{\"fresh\":true}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient client = relay.client();
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
      RawClient.Answer got = client.post(CHAT, BODY).answer();

      assertThat(got.text()).isEqualTo("{\"fresh\":true}");
      assertThat(first.connections()).isEqualTo(2);
      assertThat(relay.journal().records()).hasSize(2);
      assertThat(relay.journal().records().getLast().attempts()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatTheEngineClosedWhileIdleIsNotUsed() throws Exception {
    first.then(call -> call.json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient client = relay.client();
      client.post(CHAT, BODY).answer();
      first.connection(0).close();
      first.connection(0).peerClosed().get(5, TimeUnit.SECONDS);

      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
      assertThat(relay.journal().records()).allMatch(r -> r.attempts() == 1);
    }
  }

  @Test
  void anEngineThatAnswersUnaskedLosesItsConnection() throws Exception {
    first.then(call -> call.json(200, "{\"n\":1}").send("HTTP/1.1 200 OK\r\n\r\nextra"));
    first.then(call -> call.json(200, "{\"n\":2}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      RawClient client = relay.client();
      assertThat(client.post(CHAT, BODY).answer().text()).isEqualTo("{\"n\":1}");
      first.connection(0).peerClosed().get(5, TimeUnit.SECONDS);
      assertThat(client.post(CHAT, BODY).answer().text()).isEqualTo("{\"n\":2}");
    }
  }

  @Test
  void interimAnswersAreSkipped() throws Exception {
    first.always(
        call ->
            call.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n")
                .json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      assertThat(relay.client().post(CHAT, BODY).answer().text()).isEqualTo("{}");
    }
  }

  @Test
  void anEngineThatSwitchesProtocolsHasFailed() throws Exception {
    first.always(call -> call.send("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(502);
    }
  }

  @Test
  void anEarlyAnswerToALargeRequestIsRelayed() throws Exception {
    first.always(call -> call.json(413, "{\"error\":\"too large\"}"));
    try (RelayFixture relay = RelayFixture.start(first)) {
      String large = "{\"model\":\"m\",\"a\":\"" + "x".repeat(3_000_000) + "\"}";
      assertThat(relay.client().post(CHAT, large).answer().status()).isEqualTo(413);
    }
  }
}
