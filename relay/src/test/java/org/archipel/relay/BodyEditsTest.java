package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BodyEditsTest {
  private static final Route CHAT = Route.of("/v1/chat/completions");

  /** Applies splices in the plainest way. */
  static String apply(byte[] body, List<BodyEdits.Edit> edits) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (BodyEdits.Edit edit : edits) {
      out.write(body, from, edit.span().start() - from);
      out.writeBytes(edit.replacement());
      from = edit.span().end();
    }
    out.write(body, from, body.length - from);
    assertThat(out.size()).isEqualTo(body.length + BodyEdits.growth(edits));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String edited(String json, Route route, String model) throws Exception {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    RequestEnvelope envelope = EnvelopeScanner.scan(Json.FACTORY.createParser(bytes));
    return apply(bytes, BodyEdits.json(envelope, route, model));
  }

  @Test
  void nothingChangesWhenNothingHasTo() throws Exception {
    assertThat(edited("{\"model\":\"m\"}", CHAT, "m")).isEqualTo("{\"model\":\"m\"}");
    String asked =
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"\\u006d\"}";
    assertThat(edited(asked, CHAT, "m")).isEqualTo(asked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"model":"m","stream":true}        | {"stream_options":{"include_usage":true},"model":"x","stream":true}
          { "stream" : true , "model":"m" }  | {"stream_options":{"include_usage":true}, "stream" : true , "model":"x" }
          {"stream":true,"stream_options":null,"model":"m"} | {"stream":true,"stream_options":{"include_usage":true},"model":"x"}
          {"model":"m","stream_options":{},"stream":true}   | {"model":"x","stream_options":{"include_usage":true},"stream":true}
          {"model":"m","stream_options":{"include_usage":null},"stream":true} | {"model":"x","stream_options":{"include_usage":true},"stream":true}
          {"model":"m","stream_options":{"a":{},"include_usage":false},"stream":true} | {"model":"x","stream_options":{"a":{},"include_usage":true},"stream":true}
          {"model":"m","stream":false,"stream_options":null} | {"model":"x","stream":false,"stream_options":null}
          """)
  void theModelIsRenamedAndUsageAskedFor(String json, String expected) throws Exception {
    assertThat(edited(json, CHAT, "x")).isEqualTo(expected);
  }

  @Test
  void namesAreQuotedAsJsonWants() throws Exception {
    String name = "a\"b\\c\u0001\n/é😀";
    String edited = edited("{\"model\":\"m\"}", CHAT, name);

    assertThat(edited).isEqualTo("{\"model\":\"a\\\"b\\\\c\\u0001\\u000a/é😀\"}");
    assertThat(
            EnvelopeScanner.scan(Json.FACTORY.createParser(edited.getBytes(StandardCharsets.UTF_8)))
                .model())
        .isEqualTo(name);
  }
}
