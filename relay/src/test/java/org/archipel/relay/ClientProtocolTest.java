package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as clients speak it, well and badly. */
@ExtendWith(LeakCheck.class)
final class ClientProtocolTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";

  private final ScriptedEngine engine = new ScriptedEngine();

  @Test
  void theOfferOfHttp2OnClearTextLosesNoBody() throws Exception {
    String body = "{\"model\":\"m\",\"pad\":\"" + "x".repeat(1024 * 1024) + "\"}";
    try (RelayFixture relay = RelayFixture.start(engine);
        HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> got =
            client.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + relay.server().address().getPort() + CHAT))
                    .header("authorization", "Bearer ark-1-secret")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(engine.call().text().equals(body)).isTrue();
      }
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsIsToldToGoOn() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send(
          RawClient.postHead(CHAT, BODY.length(), "application/json", "expect: 100-continue\r\n"));
      assertThat(client.exactly(25)).asString().isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(client.send(BODY).answer().status()).isEqualTo(200);
      assertThat(engine.call().header("expect")).isEmpty();
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsTooMuchIsToldNo() throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).limits(ClientProtocolTest::smallBodies).start()) {
      RawClient client = relay.client();
      client.send(RawClient.postHead(CHAT, 5000, "application/json", "expect: 100-continue\r\n"));
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(413);
      assertThat(got.header("connection")).contains("close");
    }
  }

  @Test
  void anHttp10ClientIsNotToldToGoOn() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send(
          RawClient.postHead(CHAT, BODY.length(), "application/json", "expect: 100-continue\r\n")
                  .replace("HTTP/1.1", "HTTP/1.0")
              + BODY);

      assertThat(client.answer().status()).isEqualTo(200);
      client.awaitClosed();
    }
  }

  private static RelayLimits smallBodies(RelayLimits l) {
    return new RelayLimits(4096, 8192, l.maxHeader(), l.maxQueue(), l.eventLoops());
  }

  @Test
  void aBodyThatIsTooLargeByItsLengthIsRefused() throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).limits(ClientProtocolTest::smallBodies).start()) {
      RawClient client = relay.client();
      RawClient.Answer got = client.post(CHAT, "x".repeat(4097)).answer();

      assertThat(got.status()).isEqualTo(413);
      assertThat(got.text())
          .isEqualTo(
              "{\"error\":{\"message\":\"the body is too large (expected: at most 4096 bytes)\","
                  + "\"type\":\"invalid_request_error\",\"param\":null,"
                  + "\"code\":\"request_too_large\"}}");
      // So little was too much that the connection was not worth closing.
      assertThat(client.post(CHAT, BODY).answer().status()).isEqualTo(200);
      RawClient.Answer messages = client.post("/v1/messages", "x".repeat(4097)).answer();
      assertThat(messages.text()).contains("\"type\":\"request_too_large\"");
    }
  }

  @Test
  void aBodyThatIsFarTooLargeIsRefusedBeforeItIsSent() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send(RawClient.postHead(CHAT, 1L << 40, "application/json", ""));

      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void aBodyThatIsTooLargeByItsChunksIsRefused() throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).limits(ClientProtocolTest::smallBodies).start()) {
      RawClient client = relay.client();
      client.send(
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n"
              + "transfer-encoding: chunked\r\n\r\n");
      for (int i = 0; i < 9; i++) {
        client.send("200\r\n" + "x".repeat(512) + "\r\n");
      }
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(413);
      assertThat(got.header("connection")).contains("close");
      client.send("0\r\n\r\n").awaitClosed();
    }
  }

  @Test
  void bodiesOfAllClientsTogetherAreBounded() throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).limits(ClientProtocolTest::smallBodies).start()) {
      String part = "{\"model\":\"m\",\"pad\":\"" + "x".repeat(4000);
      List<RawClient> early = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        RawClient client = relay.client();
        client.send(RawClient.postHead(CHAT, part.length() + 2, "application/json", "") + part);
        early.add(client);
      }
      Awaitility.await().until(() -> relay.server().bufferedBodyBytes() == 2L * part.length());
      RawClient.Answer late = relay.client().post(CHAT, part + "\"}").answer();
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.text()).contains("\"code\":\"request_memory_exhausted\"");
      assertThat(late.header("retry-after")).contains("1");

      for (RawClient client : early) {
        assertThat(client.send("\"}").answer().status()).isEqualTo(200);
      }
    }
  }

  private static RelayTimeouts hasty(RelayTimeouts t) {
    Duration soon = Duration.ofMillis(300);
    return new RelayTimeouts(
        soon,
        soon,
        Duration.ofMillis(1200),
        t.queue(),
        t.connect(),
        t.firstByte(),
        t.betweenChunks(),
        t.clientStall(),
        t.ping());
  }

  @ParameterizedTest
  @ValueSource(strings = {"P", "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-"})
  void aHeadThatDoesNotComeInTimeIsGivenUp(String part) throws Exception {
    try (RelayFixture relay = RelayFixture.of(engine).timeouts(ClientProtocolTest::hasty).start()) {
      RawClient client = relay.client().send(part);
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(408);
      assertThat(got.text()).contains("\"code\":\"request_timeout\"");
      assertThat(got.header("x-request-id")).isPresent();
      client.awaitClosed();
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsGivenUp() throws Exception {
    try (RelayFixture relay = RelayFixture.of(engine).timeouts(ClientProtocolTest::hasty).start()) {
      RawClient client = relay.client();
      client.send(RawClient.postHead(CHAT, 100, "application/json", "") + "{\"mod");
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(408);
      client.awaitClosed();
      assertThat(relay.server().bufferedBodyBytes()).isZero();
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosedSilently() throws Exception {
    try (RelayFixture relay = RelayFixture.of(engine).timeouts(ClientProtocolTest::hasty).start()) {
      RawClient fresh = relay.client();
      RawClient used = relay.client();
      assertThat(used.post(CHAT, BODY).answer().status()).isEqualTo(200);

      fresh.awaitClosed();
      used.awaitClosed();
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
    }
  }

  @Test
  void aConnectionServesRequestAfterRequest() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      for (int i = 0; i < 20; i++) {
        RawClient.Answer got = client.post(CHAT, BODY).answer();
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.header("connection")).isEmpty();
      }
      assertThat(relay.server().openConnections()).isEqualTo(1);
      assertThat(engine.connections()).isEqualTo(1);
      assertThat(relay.journal().records().stream().map(UsageRecord::id).distinct()).hasSize(20);
    }
  }

  @Test
  void requestsSentAheadAreAnsweredInTheirOrder() throws Exception {
    engine.always(call -> call.json(200, call.text()));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      StringBuilder all = new StringBuilder();
      int count = 150;
      for (int i = 0; i < count; i++) {
        String body = "{\"model\":\"" + (i % 7 == 3 ? "none" : "m") + "\",\"i\":" + i + "}";
        all.append(RawClient.postHead(CHAT, body.length(), "application/json", "")).append(body);
      }
      RawClient client = relay.client().send(all.toString());
      for (int i = 0; i < count; i++) {
        RawClient.Answer got = client.answer();
        if (i % 7 == 3) {
          assertThat(got.status()).isEqualTo(404);
        } else {
          assertThat(got.text()).isEqualTo("{\"model\":\"m\",\"i\":" + i + "}");
        }
      }
      assertThat(engine.connections()).isEqualTo(1);
    }
  }

  @Test
  void requestsSentAheadByOneWhoDoesNotReadAreNotAnsweredIntoMemory() throws Exception {
    String large = "\"" + "y".repeat(100_000) + "\"";
    engine.always(call -> call.json(200, large));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.slowClient();
      String one = RawClient.postHead(CHAT, BODY.length(), "application/json", "") + BODY;
      client.send(one.repeat(400));

      // What the kernels take in, a little more, and then it stands still.
      AtomicInteger before = new AtomicInteger(-1);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(700))
          .until(() -> before.getAndSet(engine.calls().size()) == engine.calls().size());
      assertThat(before.get()).isLessThan(200);
      for (int i = 0; i < 400; i++) {
        assertThat(client.answer().body()).hasSize(large.length());
      }
    }
  }

  @Test
  void anHttp10ClientGetsAnAnswerThatEndsWithTheConnection() throws Exception {
    engine.always(
        call ->
            call.stream(
                "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      String body = "{\"model\":\"m\",\"stream\":true}";
      client.send(
          RawClient.postHead(CHAT, body.length(), "application/json", "connection: keep-alive\r\n")
                  .replace("HTTP/1.1", "HTTP/1.0")
              + body);
      RawClient.Answer got = client.answer();

      assertThat(got.head().chunked()).isFalse();
      assertThat(got.header("connection")).contains("close");
      assertThat(got.text())
          .isEqualTo("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }
  }

  @Test
  void aClientThatWantsTheConnectionClosedGetsItClosed() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, BODY, "connection: close\r\n");

      assertThat(client.answer().header("connection")).contains("close");
      client.awaitClosed();
    }
  }

  static Stream<String> malformed() {
    String post = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n";
    return Stream.of(
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9 x\r\n\r\n",
        post + "content-length: abc\r\n\r\n",
        post + "content-length: -1\r\n\r\n",
        post + "content-length: +5\r\n\r\nabcde",
        post + "content-length: 99999999999999999999\r\n\r\n",
        post + "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        post + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: gzip\r\n\r\nabc",
        post + "transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        post.replace("1.1", "1.0") + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "bad header\r\n\r\n",
        post + "bad : x\r\n\r\n",
        post + "content-length: 0\nx: y\n\n",
        post + "x: a\rb\r\n\r\n",
        post + "x: a\u0000b\r\n\r\n",
        post.replace("completions", "completions?a=\rb") + "content-length: 2\r\n\r\n{}",
        post.replace("completions", "completions?a=\tb") + "content-length: 2\r\n\r\n{}",
        post + "x: " + "y".repeat(40_000) + "\r\n\r\n",
        "POST /v1/" + "y".repeat(10_000) + " HTTP/1.1\r\nhost: x\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNotHttpIsRefusedAndEndsTheConnection(String request) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send((request + "GET /v1/models HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text())
          .matches(
              "\\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"invalid_request_error\","
                  + "\"param\":null,\"code\":\"invalid_request\"}}");
      assertThat(got.header("x-request-id")).isPresent();
      assertThat(got.header("connection")).contains("close");
      client.awaitClosed();
      assertThat(engine.calls()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=\u0000b", "a=é", "a=\u007f"})
  void aQueryThatAnEngineCouldMisreadIsRefused(String query) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT + "?" + query, BODY).answer();

      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text()).contains("\"code\":\"invalid_request\"");
      assertThat(engine.calls()).isEmpty();
    }
  }

  @Test
  void anEndlessHeadIsToldNoAndMayBeReadInFull() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send("GET /v1/models HTTP/1.1\r\n");
      String line = "x-a: " + "y".repeat(8000) + "\r\n";
      for (int i = 0; i < 50; i++) {
        client.send(line);
      }
      assertThat(client.send("\r\n").answer().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "EPOLL", "NIO"})
  void clientsThatLeaveInTheMiddleOfARequestLeaveNothingBehind(TransportChoice transport)
      throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).options(o -> o.withTransport(transport)).start()) {
      String whole = RawClient.postHead(CHAT, 100_000, "application/json", "") + "x".repeat(90_000);
      for (int length : new int[] {0, 1, 50, 150, 200, 20_000, whole.length()}) {
        RawClient client = relay.client().send(whole.substring(0, length));
        if (length % 100 == 0) {
          client.reset();
        } else {
          client.close();
        }
      }
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
      assertThat(relay.server().bufferedBodyBytes()).isZero();
      assertThat(engine.calls()).isEmpty();
    }
  }

  @Test
  void aStallingClientWithACompleteAnswerIsLetGo() throws Exception {
    byte[] sound = new byte[8 * 1024 * 1024];
    engine.always(call -> call.whole(200, "audio/wav", sound));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .timeouts(
                t ->
                    new RelayTimeouts(
                        t.header(),
                        t.body(),
                        t.keepAlive(),
                        t.queue(),
                        t.connect(),
                        t.firstByte(),
                        t.betweenChunks(),
                        Duration.ofMillis(500),
                        t.ping()))
            .start()) {
      // Closed by the client's own wish: nobody waits for its next request either.
      RawClient ending = relay.slowClient().post(CHAT, BODY, "connection: close\r\n");
      assertThat(ending.head().status()).isEqualTo(200);
      // Gathered whole: the exchange is over, and only the connection has still to end.
      String large = "{\"data\":[{\"embedding\":\"" + "z".repeat(8 * 1024 * 1024) + "\"}]}";
      engine.always(call -> call.json(200, large));
      String ask = "{\"model\":\"m\",\"encoding_format\":\"base64\"}";
      relay.slowClient().post("/v1/embeddings", ask, "connection: close\r\n");
      relay.slowClient().post("/v1/embeddings", ask);
      Awaitility.await().until(() -> relay.journal().records().size() == 3);

      Awaitility.await().until(() -> relay.server().openConnections() == 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
