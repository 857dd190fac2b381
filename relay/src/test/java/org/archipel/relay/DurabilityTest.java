package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.archipel.ledger.UsageOutcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client saw complete is in the ledger. */
@ExtendWith(LeakCheck.class)
final class DurabilityTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PLAIN = "{\"model\":\"m\"}";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final HeldJournal journal = new HeldJournal();

  private RelayFixture start() {
    return RelayFixture.of(engine).journal(journal).start();
  }

  /** Nothing comes for a while. */
  private static void assertSilent(RawClient client) throws Exception {
    client.socket().setSoTimeout(300);
    try {
      assertThat(client.exactly(1)).as("bytes before the record is durable").isEmpty();
    } catch (SocketTimeoutException e) {
      client.socket().setSoTimeout(20_000);
    }
  }

  @Test
  void aGatheredAnswerWaitsForItsRecord() throws Exception {
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
      assertSilent(client);
      // The engine is free all the same.
      assertThat(relay.server().running()).isZero();
      journal.release();

      assertThat(client.answer().text()).isEqualTo("{}");
    }
  }

  @Test
  void theEndOfAStreamWaitsForItsRecordAndNothingElseDoes() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(
        call -> {
          call.streamHead().chunk(Chunks.text("a") + Chunks.STOP).await(go);
          call.chunk(Chunks.DONE).endChunks();
        });
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, STREAM);
      client.head();
      assertThat(client.chunkText()).isEqualTo(Chunks.text("a") + Chunks.STOP);
      go.countDown();
      relay.record();
      assertSilent(client);
      journal.release();
      assertThat(client.chunks()).asString().isEqualTo(Chunks.DONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length: 6", "transfer-encoding: chunked"})
  void theEndOfAPassingBodyWaitsForItsRecord(String framing) throws Exception {
    boolean chunked = framing.endsWith("chunked");
    CountDownLatch go = new CountDownLatch(1);
    engine.always(
        call -> {
          call.send("HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\n" + framing + "\r\n\r\n");
          call.await(go).send(chunked ? "6\r\nabcdef\r\n0\r\n\r\n" : "abcdef");
        });
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post("/v1/audio/speech", PLAIN);
      client.head();
      go.countDown();
      relay.record();
      assertSilent(client);
      journal.release();
      // What came together with the end may wait with it.
      assertThat(client.exactly(chunked ? 16 : 6))
          .asString()
          .isEqualTo(chunked ? "6\r\nabcdef\r\n0\r\n\r\n" : "abcdef");
    }
  }

  @Test
  void anEnginesRefusalWaitsForItsRecord() throws Exception {
    engine.always(call -> call.json(400, "{\"error\":{\"message\":\"no such tool\"}}"));
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.FAILED);
      assertSilent(client);
      journal.release();

      RawClient.Answer got = client.answer();
      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text()).contains("no such tool");
      journal.release();
    }
  }

  @Test
  void anErrorWaitsForItsRecord() throws Exception {
    engine.always(call -> call.json(502, "{}"));
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      assertThat(relay.record().errorCode()).contains("engine_failed");
      assertSilent(client);
      assertThat(relay.server().running()).isZero();
      journal.release();

      assertThat(client.answer().status()).isEqualTo(502);
      assertThat(client.post(CHAT, PLAIN).answer().status()).isEqualTo(502);
    }
  }

  @Test
  void theErrorThatEndsAStreamWaitsForItsRecord() throws Exception {
    engine.always(call -> call.streamHead().chunk(Chunks.text("a")).close());
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, STREAM);
      client.head();
      assertThat(client.chunkText()).isEqualTo(Chunks.text("a"));
      relay.record();
      assertSilent(client);
      journal.release();

      assertThat(client.chunks()).asString().contains("\"code\":\"engine_failed\"");
    }
  }

  @Test
  void aClientThatLeavesWhileItsErrorWaitsLeavesNothingBehind() throws Exception {
    engine.always(call -> call.json(502, "{}"));
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      relay.record();
      client.close();
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
      journal.release();

      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(relay.client().post(CHAT, PLAIN).answer().status()).isEqualTo(502);
    }
  }

  @Test
  void requestsSentAheadWaitInTheirOrder() throws Exception {
    engine.always(call -> call.json(200, call.text()));
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client();
      for (int i = 0; i < 5; i++) {
        client.post(CHAT, "{\"model\":\"m\",\"i\":" + i + "}");
      }
      relay.record();
      assertSilent(client);
      assertThat(engine.calls()).hasSize(1);
      journal.release();
      for (int i = 0; i < 5; i++) {
        assertThat(client.answer().text()).isEqualTo("{\"model\":\"m\",\"i\":" + i + "}");
      }
    }
  }

  @Test
  void relaxedDurabilityDoesNotWait() throws Exception {
    journal.hold();
    try (RelayFixture relay =
        RelayFixture.of(engine).journal(journal).options(o -> o.strictDurability(false)).start()) {
      assertThat(relay.client().post(CHAT, PLAIN).answer().status()).isEqualTo(200);
      assertThat(relay.journal().records()).hasSize(1);
      journal.release();
    }
  }

  @Test
  void aClientThatLeavesWhileItsRecordIsOnItsWayIsStillACompletedOne() throws Exception {
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      relay.record();
      client.close();
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
      journal.release();

      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
      assertThat(relay.client().post(CHAT, PLAIN).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void anAnswerThatCannotBeRecordedIsNotGiven() throws Exception {
    journal.fail();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client();
      RawClient.Answer got = client.post(CHAT, PLAIN).answer();

      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text()).contains("\"code\":\"ledger_unavailable\"");
      assertThat(got.header("retry-after")).contains("1");
      assertThat(client.post(CHAT, PLAIN).answer().status()).isEqualTo(503);
    }
  }

  @Test
  void aStreamThatCannotBeRecordedEndsWithAnError() throws Exception {
    engine.always(call -> call.stream(Chunks.text("a"), Chunks.STOP, Chunks.DONE));
    journal.fail();
    try (RelayFixture relay = start()) {
      String got = relay.client().post(CHAT, STREAM).answer().text();

      assertThat(got).doesNotContain("[DONE]").contains("\"code\":\"ledger_unavailable\"");
      assertThat(got).endsWith("}}\n\n");
    }
  }

  @Test
  void aShutdownDoesNotWaitForTheJournal() throws Exception {
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient client = relay.client().post(CHAT, PLAIN);
      relay.record();
      relay.server().shutdown(Duration.ofMillis(100));

      client.awaitClosed();
    }
  }

  @Test
  void aJournalThatDoesNotComeBackIsGivenUp() throws Exception {
    engine.then(call -> call.json(200, "{}"));
    engine.then(call -> call.stream(Chunks.text("a"), Chunks.STOP, Chunks.DONE));
    engine.then(call -> call.json(422, "{}"));
    journal.hold();
    try (RelayFixture relay = start()) {
      RawClient plain = relay.client().post(CHAT, PLAIN);
      engine.call();
      RawClient stream = relay.client().post(CHAT, STREAM);
      engine.call();
      RawClient rejected = relay.client().post(CHAT, PLAIN);
      plain.socket().setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      RawClient.Answer got = plain.answer();
      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text()).contains("\"code\":\"ledger_unavailable\"", "it may be charged");
      // An error is told as it is: nothing was given that would have to be recorded first.
      assertThat(rejected.answer().status()).isEqualTo(422);
      assertThat(stream.answer().text()).contains("\"code\":\"ledger_unavailable\"");
      journal.release();
      assertThat(plain.post(CHAT, "{}").answer().status()).isEqualTo(400);
    }
  }
}
