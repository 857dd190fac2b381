package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.archipel.engines.PrioritySense;
import org.archipel.scheduling.ServiceClass;
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
    return apply(
        bytes,
        BodyEdits.json(EnvelopeScannerTest.scanned(json), route, model, OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"priority":3,"model":"m"}                       | {"model":"m"}
          {"model":"m","priority":3}                       | {"model":"m"}
          { "model":"m" , "priority" : 3 }                 | { "model":"m" }
          {"model":"m","routing-mode":"any","a":[1]}       | {"model":"m","a":[1]}
          {"priority":null,"routing-mode":null,"model":"m"} | {"model":"m"}
          {"model":"m","priority":1 ,"routing-mode":"any" } | {"model":"m"}
          {"priority":1,"model":"m","routing-mode":"any"}  | {"model":"m"}
          {"a":",","model":"m","prior\\u0069ty":1,"b":2,"routing-mode":"any"} | {"a":",","model":"m","b":2}
          """)
  void whatIsForUsAloneIsCutOut(String json, String expected) throws Exception {
    assertThat(edited(json, CHAT, "m")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, true",
    "/v1/completions, true",
    "/v1/responses, true",
    "/v1/messages, false",
    "/v1/embeddings, false",
    "/v1/rerank, false"
  })
  void theEnginesOwnPriorityTakesThePlaceOfTheCallers(String path, boolean known) throws Exception {
    String json = "{\"priority\":5,\"stream\":false,\"model\":\"m\"}";
    String got =
        apply(
            json.getBytes(StandardCharsets.UTF_8),
            BodyEdits.json(
                EnvelopeScannerTest.scanned(json),
                Route.of(path),
                "m",
                PrioritySense.LOWER_FIRST.number(ServiceClass.BATCH)));
    String ours = known ? "\"priority\":2," : "";
    assertThat(got).isEqualTo("{" + ours + "\"stream\":false,\"model\":\"m\"}");
  }

  @Test
  void enginesReadPrioritiesInOppositeSenses() {
    int patience = 0;
    for (ServiceClass serviceClass : ServiceClass.values()) {
      assertThat(PrioritySense.NONE.number(serviceClass)).isEmpty();
      assertThat(PrioritySense.LOWER_FIRST.number(serviceClass)).hasValue(patience);
      assertThat(PrioritySense.HIGHER_FIRST.number(serviceClass)).hasValue(2 - patience);
      patience++;
    }
  }

  @Test
  void whereverItStandsWhatIsCutOutLeavesTheRest() throws Exception {
    for (int i = 0; i < 2000; i++) {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      List<String> others = new ArrayList<>(List.of("\"model\" : \"m\"", "\"stream\":true"));
      for (int field = random.nextInt(4); field > 0; field--) {
        others.add("\"f" + field + "\" :" + (random.nextBoolean() ? "\",}\"" : "{\"a\":[1,2]}"));
      }
      Collections.shuffle(others, random);
      List<String> all = new ArrayList<>(others);
      all.add(random.nextInt(all.size() + 1), "\"priority\" : " + random.nextInt(6));
      all.add(random.nextInt(all.size() + 1), "\"routing-mode\":\"private-first\"");
      String space = " \n\t".substring(0, random.nextInt(4));
      String json = "{" + space + String.join(space + "," + space, all) + space + "}";

      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      String got =
          apply(
              bytes,
              BodyEdits.json(EnvelopeScannerTest.scanned(json), CHAT, "m", OptionalInt.of(1)));

      String usage = "\"stream_options\":{\"include_usage\":true},";
      assertThat(got.replaceAll("\\s", ""))
          .as("seed %d: %s", seed, json)
          .isEqualTo(
              ("{" + usage + "\"priority\":1," + String.join(",", others) + "}")
                  .replaceAll("\\s", ""));
    }
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
