package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests reach the engine byte for byte, and so do its answers the client. */
@ExtendWith(LeakCheck.class)
final class PassThroughTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String ODD =
      "  {\n\t\"zebra\" : [1, 2.50, -0e1, {\"a\":null}] , \"messages\":[{\"role\":\"user\","
          + "\"content\":\"Ça va ? \\u00e9 😀 \\\"model\\\":\\\"x\\\"\"}],\"\\u0061b\":true,"
          + "\"model\"  :  \"m\" ,\"x-unknown\":{\"model\":\"inner\",\"stream\":true}}\r\n ";

  private final ScriptedEngine engine = new ScriptedEngine();

  @Test
  void oddBodyArrivesByteForByte() throws Exception {
    String answer = "{\"id\" :\"é\",\n \"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";
    engine.always(call -> call.json(200, answer));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT, ODD).answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(got.text()).isEqualTo(answer);
      assertThat(got.header("content-type")).contains("application/json");
      assertThat(got.header("x-archipel-site")).contains("rennes");
      assertThat(got.header("x-archipel-engine")).contains("e1");
      assertThat(got.header("x-archipel-queue-ms")).isPresent();
      EngineCall call = engine.call();
      assertThat(call.text()).isEqualTo(ODD);
      assertThat(call.line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
      UsageRecord record = relay.record();
      assertThat(record.tokens()).isEqualTo(new UsageRecord.Tokens(7, 0, 3, false));
      assertThat(record.outcome()).isEqualTo(UsageOutcome.COMPLETED);
      assertThat(record.requestBytes()).isEqualTo(ODD.getBytes(StandardCharsets.UTF_8).length);
      assertThat(record.requestId()).isEqualTo(got.header("x-request-id").orElseThrow());
    }
  }

  @Test
  void whatFollowsAnAnswerIsNotTakenForTheNextOne() throws Exception {
    String more = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot yours";
    engine
        .then(call -> call.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}" + more))
        .always(call -> call.json(200, "{\"second\":true}"));
    try (RelayFixture relay = RelayFixture.start(engine);
        RawClient client = relay.client()) {
      assertThat(client.post(CHAT, "{\"model\":\"m\"}").answer().text()).isEqualTo("{}");
      assertThat(client.post(CHAT, "{\"model\":\"m\"}").answer().text())
          .isEqualTo("{\"second\":true}");
      assertThat(engine.connections()).isEqualTo(2);
    }
  }

  @Test
  void onlyTheModelsNameIsReplaced() throws Exception {
    String name = "org/\"Quoted\" \\ Modèle";
    try (RelayFixture relay =
        RelayFixture.of(engine).engines(s -> RelayFixture.Specs.named(s, name)).start()) {
      relay.client().post(CHAT, ODD).answer();

      EngineCall call = engine.call();
      assertThat(call.text())
          .isEqualTo(
              ODD.replace(
                  "\"model\"  :  \"m\"", "\"model\"  :  \"org/\\\"Quoted\\\" \\\\ Modèle\""));
      assertThat(call.header("authorization")).contains("Bearer engine-key");
    }
  }

  @Test
  void anAliasIsReplacedByTheModelsId() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.client().post(CHAT, "{\"model\":\"n\\u0069ck\",\"a\":1}").answer();

      assertThat(engine.call().text()).isEqualTo("{\"model\":\"m\",\"a\":1}");
      assertThat(relay.record().model()).isEqualTo("m");
    }
  }

  @Test
  void headersOfTheClientThatAreNotForEnginesStayHere() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay
          .client()
          .post(
              CHAT,
              "{\"model\":\"m\"}",
              "cookie: a=b\r\nx-openwebui-user-name: Ada\r\naccept-encoding: zstd\r\n"
                  + "x-forwarded-for: 1.2.3.4\r\nanthropic-version: 2023-06-01\r\n"
                  + "anthropic-beta: x\r\nuser-agent: test/1\r\naccept: application/json\r\n"
                  + "x-request-id: mine-1\r\n")
          .answer();

      EngineCall call = engine.call();
      assertThat(call.head().lines().skip(1).map(line -> line.split(":", 2)[0]))
          .containsExactlyInAnyOrder(
              "host",
              "content-type",
              "accept",
              "user-agent",
              "anthropic-version",
              "anthropic-beta",
              "x-request-id",
              "content-length",
              "");
      assertThat(call.header("x-request-id")).contains("mine-1");
      assertThat(call.header("host")).contains(engine.url().getAuthority());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions?a=b&c=%20d",
        "/v1/completions",
        "/v1/rerank",
        "/v1/something/new.v2_x?x",
        "/v1/audio/speech",
        "/v1/messages?beta=true",
        "/v1/responses"
      })
  void routesPassWithTheirQuery(String target) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(target, "{\"model\":\"m\"}").answer();

      assertThat(got.status()).isEqualTo(200);
      assertThat(engine.call().line()).isEqualTo("POST " + target + " HTTP/1.1");
      assertThat(relay.record().route()).isEqualTo(target.split("\\?", 2)[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/../admin, 404",
    "/v1/a/../../metrics, 404",
    "/v1/%2e%2e/metrics, 404",
    "/v1/load_lora_adapter, 404",
    "/v1/unload_lora_adapter, 404",
    "/v1/load_lora_adapter/, 404",
    "/v1/./load_lora_adapter, 404",
    "/v1//load_lora_adapter, 404",
    "/v1/chat;x/completions, 404",
    "/metrics, 404",
    "/v1/, 404",
    "/, 404"
  })
  void pathsThatAreNotForCallersReachNoEngine(String path, int status) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(path, "{\"model\":\"m\"}").answer();

      assertThat(got.status()).isEqualTo(status);
      assertThat(got.text()).contains("\"code\":\"not_found\"");
      assertThat(engine.calls()).isEmpty();
      assertThat(relay.journal().records()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void multipartPassesWithTheModelFirstOrLast(boolean first) throws Exception {
    byte[] audio = new byte[200_000];
    new Random(7).nextBytes(audio);
    String sound = new String(audio, StandardCharsets.ISO_8859_1);
    String file =
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n"
            + "Content-Type: audio/wav\r\n\r\n"
            + sound
            + "\r\n";
    String model = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nnick\r\n";
    String body = (first ? model + file : file + model) + "--B--\r\n";
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send(
          RawClient.postHead(
              "/v1/audio/transcriptions", bytes.length, "multipart/form-data; boundary=B", ""));
      assertThat(client.send(bytes).answer().status()).isEqualTo(200);

      assertThat(new String(engine.call().body(), StandardCharsets.ISO_8859_1))
          .isEqualTo(body.replace("\r\n\r\nnick\r\n", "\r\n\r\nm\r\n"));
      assertThat(relay.record().requestBytes()).isEqualTo(bytes.length);
    }
  }

  @Test
  void largeBodyArrivesWhole() throws Exception {
    String image = "A".repeat(5 * 1024 * 1024);
    String body = "{\"messages\":\"" + image + "\",\"model\":\"nick\",\"end\":\"" + image + "\"}";
    try (RelayFixture relay = RelayFixture.start(engine)) {
      assertThat(relay.client().post(CHAT, body).answer().status()).isEqualTo(200);

      assertThat(engine.call().text().equals(body.replace("\"nick\"", "\"m\""))).isTrue();
    }
  }

  @Test
  void chunkedRequestArrivesWithALength() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got =
          relay
              .client()
              .send(
                  "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n"
                      + "transfer-encoding: chunked\r\n\r\n"
                      + "5\r\n{\"mod\r\n1;ext=1\r\ne\r\n7\r\nl\":\"m\"}\r\n0\r\ntrailer: x\r\n\r\n")
              .answer();

      assertThat(got.status()).isEqualTo(200);
      EngineCall call = engine.call();
      assertThat(call.text()).isEqualTo("{\"model\":\"m\"}");
      assertThat(call.header("transfer-encoding")).isEmpty();
      assertThat(call.header("trailer")).isEmpty();
    }
  }

  @Test
  void largeAnswersOfUnknownLengthPassAsTheyCome() throws Exception {
    byte[] sound = new byte[700_000];
    new Random(3).nextBytes(sound);
    engine.always(
        call -> {
          call.send("HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\nconnection: close\r\n\r\n");
          call.send(sound).close();
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post("/v1/audio/speech", "{\"model\":\"m\"}").answer();

      assertThat(got.body()).isEqualTo(sound);
      assertThat(got.header("content-type")).contains("audio/wav");
      assertThat(got.head().chunked()).isTrue();
      assertThat(relay.record().responseBytes()).isEqualTo(sound.length);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeJsonIsMeteredInPassing(boolean chunked) throws Exception {
    String json =
        "{\"data\":\""
            + "x".repeat(400_000)
            + "\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":9}}";
    engine.always(
        call -> {
          if (chunked) {
            call.send(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    + "transfer-encoding: chunked\r\n\r\n");
            call.chunk(json.substring(0, 300_000)).chunk(json.substring(300_000)).endChunks();
          } else {
            call.json(200, json);
          }
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT, "{\"model\":\"m\"}").answer();

      assertThat(got.text().equals(json)).isTrue();
      assertThat(relay.record().tokens()).isEqualTo(new UsageRecord.Tokens(5, 0, 9, false));
    }
  }

  @Test
  void anAnswerWithoutContentHasNoBodyAndNoFraming() throws Exception {
    engine.then(call -> call.send("HTTP/1.1 204 No Content\r\n\r\n"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post("/v1/thing", "{\"model\":\"m\"}");
      assertThat(client.answer().status()).isEqualTo(204);

      assertThat(client.post(CHAT, "{\"model\":\"m\"}").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void headersOfTheEngineThatAreForTheClientPass() throws Exception {
    engine.always(
        call ->
            call.send(
                "HTTP/1.1 200 OK\r\nserver: uvicorn\r\nset-cookie: a=b\r\n"
                    + "content-disposition: attachment; filename=\"a.wav\"\r\n"
                    + "openai-processing-ms: 17\r\nx-request-id: theirs\r\ncontent-length: 2\r\n"
                    + "content-type: text/plain\r\n\r\nok"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT, "{\"model\":\"m\"}").answer();

      assertThat(got.text()).isEqualTo("ok");
      assertThat(got.header("content-disposition")).contains("attachment; filename=\"a.wav\"");
      assertThat(got.header("openai-processing-ms")).contains("17");
      assertThat(got.header("x-request-id")).get().isNotEqualTo("theirs");
      assertThat(got.head().headers()).doesNotContainKeys("server", "set-cookie");
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void everyTransportRelays(TransportChoice transport) throws Exception {
    assumeAvailable(transport);
    engine.then(call -> call.json(200, "{\"a\":1}"));
    engine.then(
        call ->
            call.stream(
                "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n"));
    try (RelayFixture relay =
        RelayFixture.of(engine).options(o -> o.transport(transport)).start()) {
      RawClient client = relay.client();
      assertThat(client.post(CHAT, "{\"model\":\"m\"}").answer().text()).isEqualTo("{\"a\":1}");
      assertThat(client.post(CHAT, "{\"model\":\"m\",\"stream\":true}").answer().text())
          .endsWith("data: [DONE]\n\n");

      List<UsageRecord> records = relay.journal().records();
      assertThat(records).hasSize(2);
      assertThat(engine.connections()).isEqualTo(1);
    }
  }

  private static void assumeAvailable(TransportChoice transport) {
    switch (transport) {
      case EPOLL ->
          org.junit.jupiter.api.Assumptions.assumeTrue(io.netty.channel.epoll.Epoll.isAvailable());
      case IO_URING ->
          org.junit.jupiter.api.Assumptions.assumeTrue(
              io.netty.channel.uring.IoUring.isAvailable());
      case NIO, AUTO -> {}
    }
  }
}
