package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the relay answers by itself: models, health, preflights, and who may come in. */
@ExtendWith(LeakCheck.class)
final class LocalAnswersTest {
  private static final String CHAT = "/v1/chat/completions";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final RelayFixture relay =
      RelayFixture.of(engine)
          .models(
              new ModelSpec(
                  "org/big é", List.of(), ModelKind.EMBEDDING, OptionalInt.empty(), List.of()))
          .start();

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void modelsAreListedWithAliasesAndAllSpellingsOfTheWindow() throws Exception {
    RawClient.Answer got = relay.client().get("/v1/models").answer();

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.header("content-type")).contains("application/json");
    assertThat(got.text())
        .matches(
            "\\{\"object\":\"list\",\"data\":\\["
                + "\\{\"id\":\"m\",\"object\":\"model\",\"created\":[0-9]+,\"owned_by\":\"univ-a\","
                + "\"permission\":\\[],\"kind\":\"chat\",\"max_model_len\":4096,"
                + "\"context_length\":4096,\"context_window\":4096,\"max_input_tokens\":4096},"
                + "\\{\"id\":\"nick\",.*},"
                + "\\{\"id\":\"org/big é\",\"object\":\"model\",\"created\":[0-9]+,"
                + "\"owned_by\":\"archipel\",\"permission\":\\[],\"kind\":\"embedding\"}]}");
  }

  @Test
  void anthropicClientsGetTheirOwnList() throws Exception {
    RawClient.Answer got =
        relay
            .client()
            .send(
                "GET /v1/models?limit=1000 HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n"
                    + "anthropic-version: 2023-06-01\r\n\r\n")
            .answer();

    assertThat(got.text())
        .startsWith("{\"data\":[{\"id\":\"m\",\"type\":\"model\",\"display_name\":\"m\",")
        .endsWith("\"has_more\":false,\"first_id\":\"m\",\"last_id\":\"org/big é\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"org%2Fbig%20%C3%A9", "org/big%20%C3%A9", "org%2fbig%20%c3%a9?x=y"})
  void aModelWithASlashIsFound(String name) throws Exception {
    RawClient.Answer got = relay.client().get("/v1/models/" + name).answer();

    assertThat(got.status()).isEqualTo(200);
    assertThat(got.text()).startsWith("{\"id\":\"org/big é\",\"object\":\"model\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "", "%zz", "m%00", "..%2f", "%"})
  void anUnknownModelIsNotFound(String name) throws Exception {
    RawClient.Answer got = relay.client().get("/v1/models/" + name).answer();

    assertThat(got.status()).isEqualTo(404);
    assertThat(got.text()).contains("\"code\":\"model_not_found\"");
  }

  @Test
  void healthNeedsNoKey() throws Exception {
    RawClient client = relay.client();
    client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(client.answer().text()).isEqualTo("{\"status\":\"live\"}");

    client.send("GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(client.answer().text())
        .isEqualTo("{\"status\":\"ready\",\"engines\":1,\"engines_up\":1}");

    relay.catalog().down("e1");
    client.send("GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(client.answer().text()).contains("\"engines_up\":0");
  }

  @Test
  void notReadyWhileTheJournalCannotWrite() throws Exception {
    HeldJournal journal = new HeldJournal();
    try (RelayFixture other = RelayFixture.of().journal(journal.fail()).start()) {
      RawClient.Answer got = other.client().get("/health/ready").answer();

      assertThat(got.status()).isEqualTo(503);
      assertThat(got.text())
          .contains("\"status\":\"not_ready\"", "\"reason\":\"the usage journal cannot write\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/v1/models", "/v1/models/m", "/nothing", "/v1/models/no"})
  void headIsAnsweredWithoutABody(String path) throws Exception {
    RawClient client = relay.client().expectingHeadsOnly();
    String head =
        "HEAD " + path + " HTTP/1.1\r\nhost: x\r\nauthorization: bearer ark-1-secret\r\n\r\n";
    RawClient.Answer got = client.send(head).answer();
    assertThat(got.status()).isEqualTo(path.contains("no") ? 404 : 200);
    assertThat(got.header("content-length")).isPresent();

    // The next answer begins where this one ended.
    assertThat(client.send(head).answer().status()).isEqualTo(got.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          authorization: Bearer ark-1-secret     | 200
          authorization: bearer   ark-1-secret   | 200
          x-api-key: ark-1-secret                | 200
          api-key: ark-1-secret                  | 401
          authorization: Basic YTpi              | 401
          authorization: Bearer                  | 401
          authorization: Bearer ark-1-secretx    | 401
          x-api-key: ark-2-secret                | 401
          x-api-key: ark-3-secret                | 401
          """)
  void keysComeInEitherHeader(String header, int status) throws Exception {
    RawClient.Answer got =
        relay
            .client()
            .send("GET /v1/models HTTP/1.1\r\nhost: x\r\n" + header + "\r\n\r\n")
            .answer();

    assertThat(got.status()).isEqualTo(status);
    if (status == 401) {
      assertThat(got.text())
          .matches(
              "\\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"invalid_request_error\","
                  + "\"param\":null,\"code\":\"invalid_api_key\"}}")
          .doesNotContain("secret");
    }
  }

  @Test
  void aRefusedKeyIsToldInAnthropicsShapeOnItsRoutes() throws Exception {
    RawClient.Answer got =
        relay
            .client()
            .send(
                "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: no\r\nx-request-id: r1\r\n"
                    + "content-length: 2\r\n\r\n{}")
            .answer();

    assertThat(got.status()).isEqualTo(401);
    assertThat(got.text())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":"
                + "\"the API key is not known here\"},\"request_id\":\"r1\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model":"m"          | 400 | invalid_json    | null
          []                    | 400 | invalid_json    | null
          {"model":"m"} x       | 400 | invalid_json    | null
          {"model":"m","a":NaN} | 400 | invalid_json    | null
          {}                    | 400 | model_required  | "model"
          {"model":""}          | 400 | model_required  | "model"
          {"model":7}           | 400 | invalid_request | "model"
          {"model":"m","model":"x"}     | 400 | invalid_request | "model"
          {"model":"m","stream":"yes"}  | 400 | invalid_request | "stream"
          {"model":"m","stream_options":1} | 400 | invalid_request | "stream_options"
          {"model":"none"}      | 404 | model_not_found | "model"
          """)
  void aBodyThatCannotBeServedIsToldWhy(String body, int status, String code, String param)
      throws Exception {
    RawClient client = relay.client();
    RawClient.Answer got = client.post(CHAT, body).answer();

    assertThat(got.status()).isEqualTo(status);
    assertThat(got.text())
        .matches(
            "\\{\"error\":\\{\"message\":\"(\\\\.|[^\"\\\\])+\",\"type\":\"invalid_request_error\","
                + "\"param\":"
                + param
                + ",\"code\":\""
                + code
                + "\"}}");
    assertThat(got.header("content-type")).contains("application/json");
    assertThat(relay.journal().records()).isEmpty();
    // The connection goes on.
    assertThat(client.post(CHAT, "{\"model\":\"m\"}").answer().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/chat/completions",
    "DELETE, /v1/models/m",
    "PUT, /v1/x",
    "POST, /v1/models"
  })
  void aWrongMethodIsToldInJson(String method, String path) throws Exception {
    RawClient.Answer got =
        relay
            .client()
            .send(method + " " + path + " HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n\r\n")
            .answer();

    assertThat(got.status()).isEqualTo(405);
    assertThat(got.text()).contains("\"code\":\"method_not_allowed\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          decent-ID_1:2.3 | true
          with space      | false
          <script>        | false
          é               | false
          """)
  void aDecentRequestIdIsKept(String id, boolean kept) throws Exception {
    for (String path : List.of("/v1/models", "/none", CHAT)) {
      RawClient.Answer got =
          relay
              .client()
              .send(
                  "GET "
                      + path
                      + " HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\nx-request-id: "
                      + id
                      + "\r\n\r\n")
              .answer();
      String told = got.header("x-request-id").orElseThrow();
      if (kept) {
        assertThat(told).isEqualTo(id);
      } else {
        assertThat(told).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f-]{16}");
      }
    }
  }

  @Test
  void aRequestIdThatIsTooLongIsReplaced() throws Exception {
    String id = "a".repeat(129);
    RawClient.Answer got =
        relay.client().post(CHAT, "{\"model\":\"m\"}", "x-request-id: " + id + "\r\n").answer();

    assertThat(got.header("x-request-id")).get().isNotEqualTo(id);
    assertThat(relay.record().requestId()).isEqualTo(got.header("x-request-id").orElseThrow());
  }

  @Test
  void browsersMayAskAndReadTheHeaders() throws Exception {
    RawClient client = relay.client();
    RawClient.Answer preflight =
        client
            .send(
                "OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: x\r\norigin: https://a.example\r\n"
                    + "access-control-request-method: POST\r\naccess-control-request-headers:"
                    + " authorization,content-type,x-stainless-os\r\n\r\n")
            .answer();
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("access-control-allow-origin")).contains("*");
    assertThat(preflight.header("access-control-allow-headers"))
        .contains("authorization,content-type,x-stainless-os");
    assertThat(preflight.header("access-control-allow-methods").orElseThrow()).contains("POST");

    RawClient.Answer got =
        client.post(CHAT, "{\"model\":\"m\"}", "origin: https://a.example\r\n").answer();
    assertThat(got.header("access-control-allow-origin")).contains("*");
    assertThat(got.header("access-control-expose-headers").orElseThrow())
        .contains("x-request-id", "retry-after", "x-archipel-engine");

    RawClient.Answer refused =
        client
            .send("GET /v1/models HTTP/1.1\r\nhost: x\r\norigin: https://a.example\r\n\r\n")
            .answer();
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("access-control-allow-origin")).contains("*");
  }
}
