package org.archipel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
  private static final List<String> ROUTES =
      List.of(
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/messages",
          "/v1/messages/count_tokens",
          "/v1/embeddings",
          "/v1/rerank",
          "/v1/score",
          "/v1/audio/transcriptions",
          "/v1/audio/speech",
          "/v1/images/generations");

  private SimulatedEngine engine;
  private TestClient client;

  @BeforeAll
  void start() {
    engine = SimulatedEngine.start(OtherRoutesTest.everything());
    client = new TestClient(engine);
  }

  @AfterAll
  void stop() {
    client.close();
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "42",
        "{}",
        "{\"model\":null}",
        "{\"model\":{\"a\":[]}}",
        "{\"model\":\"chat\"}",
        "{\"model\":\"chat\"} x",
        "{\"model\":\"chat\",\"messages\":{}}",
        "{\"model\":\"chat\",\"messages\":[]}",
        "{\"model\":\"chat\",\"messages\":[1]}",
        "{\"model\":\"chat\",\"messages\":[{}],\"max_tokens\":-1}",
        "{\"model\":\"chat\",\"messages\":[{}],\"max_tokens\":1e99}",
        "{\"model\":\"chat\",\"messages\":[{}],\"max_tokens\":\"9\"}",
        "{\"model\":\"chat\",\"prompt\":[{}]}",
        "{\"model\":\"embedding\",\"input\":[[],[\"a\"]]}",
        "{\"model\":\"embedding\",\"input\":\"a\",\"dimensions\":100000000}",
        "{\"model\":\"rerank\",\"query\":\"a\",\"documents\":[1]}",
      })
  void badBodyIsRefusedWithAnErrorObjectOnEveryRoute(String body) {
    for (String route : ROUTES) {
      HttpResponse<byte[]> answer = client.post(route, body);

      assertThat(answer.statusCode()).as("%s %s", route, body).isIn(400, 404);
      assertThat(TestClient.json(TestClient.text(answer)).at("/error/message").textValue())
          .isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"chat\",\"messages\":[{}],\"max_tokens\":2147483647}",
        "{\"model\":\"chat\",\"messages\":[{}],\"n\":1000000}",
        "{\"model\":\"chat\",\"messages\":[{}],\"tool_choice\":{\"function\":{\"name\":\"x\"}},"
            + "\"tools\":[{\"function\":{\"name\":\"y\"}}]}",
      })
  void chatThatAsksForTheImpossibleIsRefused(String body) {
    assertThat(client.post("/v1/chat/completions", body).statusCode()).isEqualTo(400);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"model\":\"chat\",\"messages\":" + "[".repeat(100_000);

    assertThat(client.post("/v1/chat/completions", deep).statusCode()).isEqualTo(400);
  }

  @Test
  void deepSchemaIsAnswered() {
    String schema = "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":".repeat(200);
    String body =
        ChatRouteTest.chat(
                "x",
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":"
                    + schema
                    + "{}"
                    + "}}".repeat(200)
                    + "}}")
            .replace("\"m\"", "\"chat\"");

    assertThat(client.post("/v1/chat/completions", body).statusCode()).isEqualTo(200);
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] body = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};

    HttpResponse<byte[]> answer = client.post("/v1/chat/completions", body, "application/json");

    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void randomBytesNeverCauseAnInternalErrorOrASilence() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] body = mutated(random);
      String route = ROUTES.get(random.nextInt(ROUTES.size()));

      HttpResponse<byte[]> answer = client.post(route, body, "application/json");

      assertThat(answer.statusCode()).as("seed %d, round %d, %s", seed, i, route).isLessThan(500);
    }
  }

  @Test
  void randomMultipartNeverCausesAnInternalErrorOrASilence() {
    long seed = 11;
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] body = OtherRoutesTest.form("json", new byte[200]);
      for (int change = random.nextInt(6); change > 0; change--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }

      HttpResponse<byte[]> answer =
          client.post("/v1/audio/transcriptions", body, OtherRoutesTest.FORM_TYPE);

      assertThat(answer.statusCode()).as("seed %d, round %d", seed, i).isLessThan(500);
    }
  }

  @Test
  void formThatBreaksOffIsRefused() {
    byte[] body = OtherRoutesTest.form("json", new byte[200]);
    for (int length = 0; length < body.length - 4; length += 7) {
      byte[] part = Arrays.copyOf(body, length);

      assertThat(
              client.post("/v1/audio/transcriptions", part, OtherRoutesTest.FORM_TYPE).statusCode())
          .as("first %d bytes", length)
          .isEqualTo(400);
    }
  }

  private static byte[] mutated(Random random) {
    byte[] body =
        ("{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                + "\"text\":\"hi\"}]}],\"max_tokens\":5,\"input\":[\"a\",[1,2]],\"stop\":\"x\"}")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int change = random.nextInt(8); change > 0; change--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    return body;
  }

  @Test
  void garbageInsteadOfHttpIsAnswered400AndClosed() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      assertThat(raw.send("\u0000\u0001 nonsense\r\n\r\n").readAll()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void hugeHeadIsAnsweredAndClosed() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String head = "GET /v1/models HTTP/1.1\r\nx: " + "y".repeat(70_000) + "\r\n\r\n";

      assertThat(raw.send(head).readAll()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void tooLargeABodyIsRefusedBeforeItIsRead() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String head = "POST /v1/embeddings HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n";

      assertThat(raw.send(head).readAll()).startsWith("HTTP/1.1 413").contains("128 MiB");
    }
  }

  @Test
  void unknownMethodAndRouteAreJsonErrors() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.send("DELETE /v1/models HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

      assertThat(raw.readAll()).startsWith("HTTP/1.1 405").endsWith("\"code\":405}}");
    }
    assertThat(client.get("/nothing").statusCode()).isEqualTo(404);
  }
}
