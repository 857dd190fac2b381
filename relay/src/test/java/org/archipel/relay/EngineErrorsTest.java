package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of engines reach clients in the one shape that these parse. */
@ExtendWith(LeakCheck.class)
final class EngineErrorsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final RelayFixture relay = RelayFixture.start(engine);

  @AfterEach
  void close() {
    relay.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400} | bad | null
          {"error":{"message":"bad","type":"BadRequestError","param":"messages","code":400}} | bad | "messages"
          {"error":"bad"}   | bad | null
          {"detail":"bad"}  | bad | null
          {"detail":[{"loc":["body","messages"],"msg":"bad","type":"missing"}]} | bad | null
          {"error":{"code":"400","message":"bad","type":"x"}} | bad | null
          {}                | the engine answered 400 without saying why | null
          []                | the engine answered 400 without saying why | null
          <html>bad</html>  | the engine answered 400 without saying why | null
          """)
  void everyShapeBecomesTheOneOfOpenAi(String body, String message, String param) throws Exception {
    engine.always(call -> call.json(400, body));
    RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

    assertThat(got.status()).isEqualTo(400);
    assertThat(got.text())
        .isEqualTo(
            "{\"error\":{\"message\":\""
                + message
                + "\",\"type\":\"invalid_request_error\",\"param\":"
                + param
                + ",\"code\":null}}");
    UsageRecord record = relay.record();
    assertThat(record.outcome()).isEqualTo(UsageOutcome.FAILED);
    assertThat(record.status()).isEqualTo(400);
    assertThat(record.errorCode()).contains("engine_rejected");
    assertThat(record.tokens()).isEqualTo(UsageRecord.Tokens.NONE);
  }

  @Test
  void aConversationThatIsTooLongIsRecognizable() throws Exception {
    String said = "This model's maximum context length is 4096 tokens. However, you asked for more";
    engine.always(
        call ->
            call.json(
                400, "{\"error\":{\"message\":\"" + said + "\",\"type\":\"x\",\"code\":400}}"));
    assertThat(relay.client().post(CHAT, BODY).answer().text())
        .isEqualTo(
            "{\"error\":{\"message\":\""
                + said
                + "\",\"type\":\"invalid_request_error\",\"param\":null,"
                + "\"code\":\"context_length_exceeded\"}}");
    assertThat(relay.client().post("/v1/messages", BODY, "x-request-id: r\r\n").answer().text())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\""
                + said
                + "\"},\"request_id\":\"r\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407})
  void credentialsThatTheEngineRefusesAreNotTheCallersAffair(int status) throws Exception {
    engine.always(call -> call.json(status, "{\"error\":\"key sk-internal is wrong\"}"));
    RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

    assertThat(got.status()).isEqualTo(502);
    assertThat(got.text()).contains("\"code\":\"engine_failed\"").doesNotContain("sk-internal");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 505, 507})
  void failuresOfTheEngineAreBadGateways(int status) throws Exception {
    engine.always(call -> call.json(status, "{\"error\":\"CUDA out of memory\"}"));
    RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

    assertThat(got.status()).isEqualTo(502);
    assertThat(got.text())
        .contains("the engine answered " + status + ": CUDA out of memory", "server_error");
  }

  @ParameterizedTest
  @CsvSource({
    "404, invalid_request_error, not_found_error",
    "409, invalid_request_error, invalid_request_error",
    "413, invalid_request_error, request_too_large",
    "422, invalid_request_error, invalid_request_error"
  })
  void theStatusOfARefusalStays(int status, String openAi, String anthropic) throws Exception {
    engine.always(call -> call.json(status, "{\"error\":\"no\"}"));
    RawClient client = relay.client();
    RawClient.Answer chat = client.post(CHAT, BODY).answer();
    RawClient.Answer messages = client.post("/v1/messages/count_tokens", BODY).answer();

    assertThat(chat.status()).isEqualTo(status);
    assertThat(chat.text()).contains("\"type\":\"" + openAi + "\"");
    assertThat(messages.status()).isEqualTo(status);
    assertThat(messages.text()).contains("\"error\":{\"type\":\"" + anthropic + "\"");
  }

  @Test
  void anErrorWithAnEndlessBodyIsBounded() throws Exception {
    engine.always(call -> call.json(400, "{\"error\":\"" + "x".repeat(500_000) + "\"}"));
    RawClient.Answer got = relay.client().post(CHAT, BODY).answer();

    assertThat(got.status()).isEqualTo(400);
    assertThat(got.body()).hasSizeLessThan(3000);
  }

  @Test
  void anAnswerThatIsNotHttpIsABadGateway() throws Exception {
    engine.always(call -> call.send("SSH-2.0-OpenSSH\r\n\r\n").close());
    assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(502);
  }

  @Test
  void aDefectOfTheRelayIsAnsweredAndLeavesNothingBehind() throws Exception {
    String large = "{\"model\":\"" + FakeCatalog.DEFECT + "\",\"a\":\"" + "x".repeat(600_000);
    for (String body : new String[] {"{\"model\":\"" + FakeCatalog.DEFECT + "\"}", large + "\"}"}) {
      RawClient.Answer got = relay.client().post(CHAT, body).answer();

      assertThat(got.status()).isEqualTo(500);
      assertThat(got.text()).contains("\"code\":\"internal_error\"");
    }
    assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
  }
}
