package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers get embeddings in the encoding that they asked for, whatever the engine does. */
@ExtendWith(LeakCheck.class)
final class EmbeddingsTest {
  private static final String ROUTE = "/v1/embeddings";
  private static final String ASK = "{\"model\":\"m\",\"input\":[1,2]}";
  private static final String ASK_BASE64 =
      "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64\"}";
  private static final String ASK_FLOAT =
      "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"float\"}";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final RelayFixture relay = RelayFixture.start(engine);

  @AfterEach
  void close() {
    relay.close();
  }

  private static String answer(int vectors, String embedding) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < vectors; i++) {
      data.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":")
          .append(i)
          .append(",\"embedding\":")
          .append(embedding)
          .append('}');
    }
    return "{\"object\":\"list\",\"data\":["
        + data
        + "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":6,\"total_tokens\":6}}";
  }

  private static String base64(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 5000})
  void numbersBecomeBase64ForThoseWhoAskedForIt(int vectors) throws Exception {
    engine.always(call -> call.json(200, answer(vectors, "[0.5, -1.25,3e2,0]")));
    RawClient.Answer got = relay.client().post(ROUTE, ASK_BASE64).answer();

    assertThat(got.text().equals(answer(vectors, base64(0.5f, -1.25f, 300, 0)))).isTrue();
    assertThat(engine.call().text()).isEqualTo(ASK_BASE64);
    assertThat(relay.record().tokens()).isEqualTo(new UsageRecord.Tokens(6, 0, 0, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 5000})
  void base64BecomesNumbersForThoseWhoDidNotAskForIt(int vectors) throws Exception {
    engine.always(call -> call.json(200, answer(vectors, base64(0.5f, -1.25f, 300, 0))));
    for (String ask : new String[] {ASK, ASK_FLOAT}) {
      RawClient.Answer got = relay.client().post(ROUTE, ask).answer();

      assertThat(got.text().equals(answer(vectors, "[0.5,-1.25,300.0,0.0]"))).isTrue();
    }
  }

  @Test
  void theRightEncodingPassesByteForByte() throws Exception {
    String numbers = answer(3000, "[ 0.10,-1.250,3e2 ]");
    String text = answer(3000, base64(1, 2, 3));
    engine.then(call -> call.json(200, numbers)).then(call -> call.json(200, text));

    assertThat(relay.client().post(ROUTE, ASK).answer().text().equals(numbers)).isTrue();
    assertThat(relay.client().post(ROUTE, ASK_BASE64).answer().text().equals(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":[{\"embedding\":[\"a\"]}]}",
        "{\"data\":[{\"embedding\":[1,",
        "no JSON",
        "",
        "{\"data\":[]}"
      })
  void whatIsNotUnderstoodPassesAsItIs(String odd) throws Exception {
    engine.always(call -> call.json(200, odd));

    assertThat(relay.client().post(ROUTE, ASK_BASE64).answer().text()).isEqualTo(odd);
  }

  @Test
  void aClientThatLeavesDuringTheChangeLeavesNothingBehind() throws Exception {
    String large = answer(60_000, "[0.5, -1.25,3e2,0]");
    engine.always(call -> call.json(200, large));
    for (int i = 0; i < 5; i++) {
      RawClient client = relay.client().post(ROUTE, ASK_BASE64);
      engine.call();
      client.reset();
    }
    assertThat(relay.client().post(ROUTE, ASK_BASE64).answer().status()).isEqualTo(200);
  }
}
