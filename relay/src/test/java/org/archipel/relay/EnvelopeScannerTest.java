package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvelopeScannerTest {
  private static RequestEnvelope scan(String json) throws Exception {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    RequestEnvelope whole = EnvelopeScanner.scan(Json.FACTORY.createParser(bytes));
    RequestEnvelope piecewise =
        EnvelopeScanner.scan(Json.FACTORY.createParser((InputStream) new Trickle(bytes)));
    assertThat(piecewise).isEqualTo(whole);
    return whole;
  }

  /** The envelope of a whole body, ready for its splices. */
  static RequestEnvelope scanned(String json) throws RefusedException {
    RequestHead head = RequestHead.unreadable(new UUID(0, 0));
    ByteBuf body = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
    return EnvelopeReading.read(head, body, new byte[json.length() % 2 == 0 ? 0 : 100_000]);
  }

  private static Failure refusal(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return catchThrowableOfType(
            RefusedException.class, () -> EnvelopeScanner.scan(Json.FACTORY.createParser(bytes)))
        .failure();
  }

  private static String at(String json, Span span) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, span.start(), span.end() - span.start(), StandardCharsets.UTF_8);
  }

  /** A stream that gives a few bytes at a time. */
  private static final class Trickle extends ByteArrayInputStream {
    Trickle(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] to, int at, int count) {
      return super.read(to, at, Math.min(count, 3));
    }
  }

  @Test
  void offsetsCountBytesAndNotCharacters() throws Exception {
    String json = " \n{ \"ü😀\" : \"é\\\"}\" , \"model\"\t:\r\"Ж/m\\u00e9\" }  ";
    RequestEnvelope envelope = scan(json);

    assertThat(envelope.model()).isEqualTo("Ж/mé");
    assertThat(at(json, envelope.modelSpan())).isEqualTo("\"Ж/m\\u00e9\"");
    assertThat(json.substring(0, envelope.bodyStart())).isEqualTo(" \n{");
    assertThat(envelope.stream()).isFalse();
    assertThat(envelope.maxTokens()).isEqualTo(-1);
  }

  @Test
  void nameWrittenWithEscapesIsTheSameName() throws Exception {
    String json = "{\"\\u006dodel\":\"a\"}";
    assertThat(scan(json).model()).isEqualTo("a");
    assertThat(refusal("{\"model\":\"a\",\"m\\u006fdel\":\"b\"}").code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void onlyFieldsAtTheTopCount() throws Exception {
    String json =
        "{\"a\":{\"model\":\"x\",\"stream\":true},\"b\":[{\"model\":\"y\"}],\"model\":\"m\","
            + "\"metadata\":{\"stream_options\":{\"include_usage\":true}}}";
    RequestEnvelope envelope = scan(json);

    assertThat(envelope.model()).isEqualTo("m");
    assertThat(envelope.stream()).isFalse();
    assertThat(envelope.streamOptions()).isEqualTo(RequestEnvelope.StreamOptions.ABSENT);
  }

  @Test
  void theLargestLimitCounts() throws Exception {
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":70}").maxTokens())
        .isEqualTo(70);
    assertThat(scan("{\"model\":\"m\",\"max_output_tokens\":8}").maxTokens()).isEqualTo(8);
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":null}").maxTokens()).isEqualTo(-1);
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":-5}").maxTokens()).isEqualTo(-1);
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":99999999999}").maxTokens()).isEqualTo(-1);
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":1.5}").maxTokens()).isEqualTo(-1);
    assertThat(scan("{\"model\":\"m\",\"max_tokens\":{\"a\":[1]}}").maxTokens()).isEqualTo(-1);
  }

  @Test
  void nullsAreAbsence() throws Exception {
    RequestEnvelope envelope =
        scan("{\"model\":\"m\",\"stream\":null,\"stream_options\":null,\"encoding_format\":null}");

    assertThat(envelope.stream()).isFalse();
    assertThat(envelope.streamOptions().inner()).isEqualTo(-1);
    assertThat(envelope.streamOptions().span().exists()).isTrue();
    assertThat(envelope.encodingFormat()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stream",
        "stream_options",
        "encoding_format",
        "max_tokens",
        "max_completion_tokens",
        "priority",
        "routing-mode"
      })
  void fieldsThatAreReadMayStandOnlyOnce(String name) {
    Failure failure = refusal("{\"model\":\"m\",\"" + name + "\":null,\"" + name + "\":null}");
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(failure.param()).contains(name);
    assertThat(failure.message()).isEqualTo(name + ": stands twice (expected: once)");
  }

  @Test
  void partsOfThePromptAreFoundInTheOrderOfThePrompt() throws Exception {
    String json =
        "{ \"prompt\" : \"p\\\"é\" , \"messages\":[{\"a\":[1]} ] ,\"model\":\"m\","
            + "\"system\":null, \"input\":{} }";
    List<String> parts = scan(json).prompt().stream().map(span -> at(json, span)).toList();
    assertThat(parts).containsExactly("null, ", "[{\"a\":[1]} ] ,", "{} ", "\"p\\\"é\" , ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "6", "1.0", "1e0", "\"3\"", "true", "[3]", "{}", "99999999999"})
  void aPriorityOutOfRangeIsRefused(String value) {
    Failure failure = refusal("{\"model\":\"m\",\"priority\":" + value + "}");
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(failure.param()).contains("priority");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"somewhere\"", "\"\"", "\"ANY\"", "1", "false", "[\"any\"]"})
  void anUnknownRoutingModeIsRefused(String value) {
    Failure failure = refusal("{\"model\":\"m\",\"routing-mode\":" + value + "}");
    assertThat(failure.param()).contains("routing-mode");
    assertThat(failure.message())
        .isEqualTo("routing-mode: expected: any, private-first or private-only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "7",
        "\"model\"",
        "[{\"model\":\"m\"}]",
        "{\"model\":\"m\"",
        "{\"model\":\"m\",}",
        "{\"model\":\"m\"}}",
        "{\"model\":\"m\"}{}",
        "{\"model\":\"m\"} 1",
        "{\"model\":\"m\",\"a\":01}",
        "{\"model\":\"m\",\"a\":'x'}",
        "{model:\"m\"}",
        "{\"model\":\"m\",\"a\":\"\u0001\"}",
        "{\"model\":\"m\" /* x */}",
        "{\"model\":\"\\ud83\"}"
      })
  void whatIsNotOneJsonObjectIsRefused(String json) {
    assertThat(refusal(json).code()).isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] bytes = "{\"model\":\"m\",\"a\":\"xx\"}".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 4] = (byte) 0xff;
    assertThatThrownBy(() -> EnvelopeScanner.scan(Json.FACTORY.createParser(bytes)))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void nestingBombsAreRefused() {
    for (String open : new String[] {"[", "{\"a\":"}) {
      String bomb = "{\"model\":\"m\",\"a\":" + open.repeat(200_000);
      assertThat(refusal(bomb).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }
  }

  @Test
  void namesOfAbsurdLengthAreRefused() {
    assertThat(refusal("{\"model\":\"m\",\"" + "a".repeat(50_000) + "\":1}").code())
        .isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void spansAreThoseThatJacksonFindsInAnyObject() throws Exception {
    for (int i = 0; i < 3000; i++) {
      long seed = new Random().nextLong();
      RandomJson random = new RandomJson(new Random(seed));
      String json = random.request();
      RequestEnvelope envelope = scan(json);
      assertThat(envelope.model()).as("seed %d: %s", seed, json).isEqualTo(random.model);
      assertThat(at(json, envelope.modelSpan()))
          .as("seed %d: %s", seed, json)
          .isEqualTo(random.modelText);
      assertThat(envelope.stream()).as("seed %d: %s", seed, json).isEqualTo(random.stream);

      String edited = edited(json, envelope, "other");
      assertThat(fields(edited).replace("\"other\"", "\"" + random.model + "\""))
          .as("seed %d: %s", seed, json)
          .isEqualTo(fields(json));
    }
  }

  private static String edited(String json, RequestEnvelope envelope, String model) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    List<BodyEdits.Edit> edits =
        BodyEdits.json(envelope, Route.of("/v1/embeddings"), model, OptionalInt.empty());
    return BodyEditsTest.apply(bytes, edits);
  }

  /** The tokens of a document, without what is between them. */
  private static String fields(String json) throws IOException {
    StringBuilder all = new StringBuilder();
    try (JsonParser parser = Json.FACTORY.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        all.append(token.isScalarValue() ? '"' + parser.getText() + '"' : token.name());
      }
    }
    return all.toString();
  }

  /** Makes requests with fields in any order and any value. */
  private static final class RandomJson {
    private static final String[] TEXTS = {
      "", "a", "é", "😀", "\\\"", "\\\\", "\\u00e9", "model", "\\n{}", "stream", "Ж".repeat(40)
    };

    private final Random random;
    private String model = "";
    private String modelText = "";
    private boolean stream;

    RandomJson(Random random) {
      this.random = random;
    }

    String request() {
      model = "m" + random.nextInt(100);
      modelText = random.nextBoolean() ? '"' + model + '"' : "\"\\u006d" + model.substring(1) + '"';
      List<String> fields = new ArrayList<>();
      fields.add("\"model\"" + space() + ":" + space() + modelText);
      Optional<Boolean> wish =
          random.nextBoolean() ? Optional.of(random.nextBoolean()) : Optional.empty();
      stream = wish.orElse(false);
      wish.ifPresent(w -> fields.add("\"stream\":" + space() + w));
      for (int i = random.nextInt(6); i > 0; i--) {
        fields.add("\"x" + i + text() + "\"" + space() + ":" + value(4));
      }
      Collections.shuffle(fields, random);
      return space()
          + "{"
          + space()
          + String.join(space() + "," + space(), fields)
          + space()
          + "}"
          + space();
    }

    private String value(int depth) {
      return space()
          + switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> "\"" + text() + text() + "\"";
            case 1 -> String.valueOf(random.nextInt());
            case 2 -> String.valueOf(random.nextDouble());
            case 3 -> random.nextBoolean() ? "null" : "true";
            case 4 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
            default -> "{\"model\":" + value(depth - 1) + ",\"b\":" + value(depth - 1) + "}";
          }
          + space();
    }

    private String text() {
      return TEXTS[random.nextInt(TEXTS.length)];
    }

    private String space() {
      return " \t\r\n ".substring(0, random.nextInt(5));
    }
  }
}
