package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that break off, fall silent or do not end: the client is told, never deceived. */
@ExtendWith(LeakCheck.class)
final class StreamFailureTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\",\"stream\":true}";
  private static final String FAILED =
      "data: \\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"server_error\",\"param\":null,"
          + "\"code\":\"%s\"}}\n\n";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final CountDownLatch end = new CountDownLatch(1);

  private static RelayFixture start(ScriptedEngine engine, UnaryOperator<RelayTimeouts> change) {
    return RelayFixture.of(engine).timeouts(change).start();
  }

  /** How an engine leaves in the middle. */
  enum Leave {
    CLOSE,
    RESET,
    GARBAGE,
    END_OF_BODY;

    void of(EngineCall call) throws Exception {
      switch (this) {
        case CLOSE -> call.close();
        case RESET -> call.reset();
        case GARBAGE -> call.send("zz\r\n");
        case END_OF_BODY -> call.endChunks();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Leave.class)
  void aStreamThatIsCutEndsWithAnError(Leave leave) throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    engine.always(
        call -> {
          call.streamHead().chunk(Chunks.ROLE + Chunks.text("a") + "data: {\"half").await(seen);
          leave.of(call);
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, ASK);
      client.head();
      assertThat(client.chunkText()).isEqualTo(Chunks.ROLE + Chunks.text("a"));
      seen.countDown();
      String rest = new String(client.chunks(), java.nio.charset.StandardCharsets.UTF_8);

      assertThat(rest).endsWith("\n\n").doesNotContain("[DONE]", "finish_reason");
      assertThat(rest.substring(rest.lastIndexOf("data: {\"error\"")))
          .matches(FAILED.formatted("engine_failed"));
      UsageRecord record = relay.record();
      assertThat(record.outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(record.errorCode()).contains("engine_failed");
      assertThat(record.status()).isEqualTo(200);
      assertThat(record.tokens().estimated()).isTrue();
      assertThat(record.tokens().completion()).isBetween(2L, 3L);
      assertThat(client.post(CHAT, "{}").answer().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({"/v1/messages", "/v1/responses"})
  void eachDialectIsToldInItsOwnWords(String route) throws Exception {
    engine.always(call -> call.streamHead().chunk("event: ping\ndata: {}\n\n").close());
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(route, ASK, "x-request-id: r1\r\n").answer();

      String error = got.text().substring(got.text().indexOf("event: error"));
      if (route.endsWith("messages")) {
        assertThat(error)
            .matches(
                "event: error\ndata: \\{\"type\":\"error\",\"error\":\\{\"type\":\"api_error\","
                    + "\"message\":\"[^\"]+\"},\"request_id\":\"r1\"}\n\n");
      } else {
        assertThat(error)
            .matches(
                "event: error\ndata: \\{\"type\":\"error\",\"code\":\"engine_failed\","
                    + "\"message\":\"[^\"]+\",\"param\":null}\n\n");
      }
    }
  }

  @Test
  void anEngineThatFallsSilentIsGivenUp() throws Exception {
    engine.always(call -> call.streamHead().chunk(Chunks.text("a")).await(end));
    try (RelayFixture relay = start(engine, Timeouts.betweenChunks(Duration.ofMillis(400)))) {
      String got = relay.client().post(CHAT, ASK).answer().text();

      assertThat(got).startsWith(Chunks.text("a"));
      assertThat(got.substring(Chunks.text("a").length()))
          .matches(FAILED.formatted("engine_timeout"));
      engine.call().connection().peerClosed().get(5, java.util.concurrent.TimeUnit.SECONDS);
      assertThat(relay.record().errorCode()).contains("engine_timeout");
    } finally {
      end.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEngineThatDoesNotBeginInTimeIsGivenUp(boolean stream) throws Exception {
    engine.always(call -> call.await(end));
    try (RelayFixture relay = start(engine, Timeouts.firstByte(Duration.ofMillis(300)))) {
      RawClient.Answer got = relay.client().post(CHAT, stream ? ASK : "{\"model\":\"m\"}").answer();

      assertThat(got.status()).isEqualTo(504);
      assertThat(got.text()).contains("\"code\":\"engine_timeout\"");
      UsageRecord record = relay.record();
      assertThat(record.status()).isEqualTo(504);
      assertThat(record.attempts()).isEqualTo(1);
      engine.call().connection().peerClosed().get(5, java.util.concurrent.TimeUnit.SECONDS);
    } finally {
      end.countDown();
    }
  }

  @Test
  void aStreamThatStoppedMayEndWithoutDone() throws Exception {
    engine.always(call -> call.stream(Chunks.text("a"), Chunks.STOP));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      assertThat(relay.client().post(CHAT, ASK).answer().text())
          .isEqualTo(Chunks.text("a") + Chunks.STOP);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
    }
  }

  @Test
  void aStreamThatIsDoneEndsThoughItsBodyDoesNot() throws Exception {
    engine.always(
        call -> call.streamHead().chunk(Chunks.STOP + Chunks.USAGE + Chunks.DONE).await(end));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      assertThat(relay.client().post(CHAT, ASK).answer().text())
          .isEqualTo(Chunks.STOP + Chunks.DONE);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
      engine.call().connection().peerClosed().get(5, java.util.concurrent.TimeUnit.SECONDS);
    } finally {
      end.countDown();
    }
  }

  @Test
  void anErrorOfTheEngineInTheStreamPassesAndIsRecorded() throws Exception {
    String error = "data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n";
    engine.always(call -> call.stream(Chunks.text("a"), error, Chunks.DONE));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      assertThat(relay.client().post(CHAT, ASK).answer().text())
          .isEqualTo(Chunks.text("a") + error + Chunks.DONE);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length: 100", "transfer-encoding: chunked"})
  void aPlainBodyThatIsCutLooksCut(String framing) throws Exception {
    boolean chunked = framing.endsWith("chunked");
    engine.always(
        call -> {
          call.send("HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\n" + framing + "\r\n\r\n");
          call.send(chunked ? "5\r\nabcde\r\n" : "abcde").close();
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post("/v1/audio/speech", "{\"model\":\"m\"}");

      assertThatThrownBy(client::answer).isInstanceOf(EOFException.class);
      UsageRecord record = relay.record();
      assertThat(record.outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(record.errorCode()).contains("engine_failed");
    }
  }

  @Test
  void gatheredJsonThatIsCutBecomesAnError() throws Exception {
    engine.always(
        call ->
            call.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                        + "content-length: 100\r\n\r\n{\"a\":")
                .close());
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT, "{\"model\":\"m\"}").answer();

      assertThat(got.status()).isEqualTo(502);
      assertThat(got.text()).contains("\"code\":\"engine_failed\"");
    }
  }

  @Test
  void aQueuedStreamIsKeptAliveAndThenServed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.then(call -> call.await(go).json(200, "{}"));
    engine.then(call -> call.stream(Chunks.text("a"), Chunks.STOP, Chunks.DONE));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .concurrency(1)
            .timeouts(Timeouts.ping(Duration.ofMillis(300)))
            .start()) {
      RawClient running = relay.client().post(CHAT, "{\"model\":\"m\"}");
      engine.call();
      RawClient client = relay.client().post(CHAT, ASK);
      RawClient.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-type")).contains("text/event-stream; charset=utf-8");
      assertThat(client.chunkText()).isEqualTo(": ping\n");
      assertThat(client.chunkText()).isEqualTo(": ping\n");
      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);

      String rest = new String(client.chunks(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(rest.replace(": ping\n", ""))
          .isEqualTo(Chunks.text("a") + Chunks.STOP + Chunks.DONE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, '{\"error\":\"too long\"}', invalid_request",
    "500, '{\"error\":\"broken\"}', engine_failed",
    "401, '{}', engine_failed",
    "504, '{}', engine_failed",
    "302, '{}', engine_failed",
    "200, '{}', engine_failed"
  })
  void anAnswerThatIsNoStreamAfterAPingIsToldInTheStream(int status, String body, String code)
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(status, body));
    try (RelayFixture relay = start(engine, Timeouts.ping(Duration.ofMillis(200)))) {
      RawClient client = relay.client().post(CHAT, ASK);
      client.head();
      assertThat(client.chunkText()).isEqualTo(": ping\n");
      go.countDown();
      String rest = new String(client.chunks(), java.nio.charset.StandardCharsets.UTF_8);

      assertThat(rest).contains("data: {\"error\":{\"message\":\"", "\"code\":\"" + code + "\"}}");
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.FAILED);
      assertThat(relay.record().status()).isEqualTo(200);
    }
  }

  @Test
  void aQueueThatTakesTooLongAfterPingsIsToldInTheStream() throws Exception {
    engine.always(call -> call.await(end));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .concurrency(1)
            .timeouts(Timeouts.ping(Duration.ofMillis(200)))
            .timeouts(Timeouts.queue(Duration.ofMillis(900)))
            .start()) {
      RawClient running = relay.client().post(CHAT, "{\"model\":\"m\"}");
      engine.call();
      String got = relay.client().post(CHAT, ASK).answer().text();

      assertThat(got).startsWith(": ping\n");
      assertThat(got.replace(": ping\n", "")).matches(FAILED.formatted("queue_timeout"));
      running.close();
      Awaitility.await().until(() -> relay.journal().records().size() == 2);
    } finally {
      end.countDown();
    }
  }

  @Test
  void aStreamWaitingForItsFirstByteAndBetweenEventsIsKeptAlive() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    engine.always(
        call -> {
          call.await(first).streamHead().chunk(Chunks.text("a"));
          call.await(second).chunk(Chunks.STOP).chunk(Chunks.DONE).endChunks();
        });
    try (RelayFixture relay = start(engine, Timeouts.ping(Duration.ofMillis(300)))) {
      RawClient client = relay.client().post(CHAT, ASK);
      client.head();
      assertThat(client.chunkText()).isEqualTo(": ping\n");
      first.countDown();
      String next = client.chunkText();
      while (next.equals(": ping\n")) {
        next = client.chunkText();
      }
      assertThat(next).isEqualTo(Chunks.text("a"));
      assertThat(client.chunkText()).isEqualTo(": ping\n");
      second.countDown();
      assertThat(client.chunks()).asString().endsWith(Chunks.STOP + Chunks.DONE);
    }
  }

  @Test
  void whoDidNotAskForAStreamGetsNoPings() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = start(engine, Timeouts.ping(Duration.ofMillis(50)))) {
      RawClient client = relay.client().post(CHAT, "{\"model\":\"m\"}");
      RawClient pinged = relay.client().post(CHAT, ASK);
      pinged.head();
      pinged.chunk();
      pinged.chunk();
      go.countDown();
      assertThat(client.answer().text()).isEqualTo("{}");
      pinged.chunks();
    }
  }
}
