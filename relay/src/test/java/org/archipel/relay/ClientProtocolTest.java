package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
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
    return new RelayLimits(
        4096, 8192, l.maxHeader(), l.maxQueue(), l.eventLoops(), l.reservedCompletion());
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
}
