package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a stream goes on to the client, what is held as its end, and what is counted. */
final class StreamMeterTest {
  private final TokenCounts counts = new TokenCounts();
  private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  private StreamMeter meter(Route.Kind kind, boolean usage, boolean continuous) {
    RequestEnvelope.StreamOptions wish =
        new RequestEnvelope.StreamOptions(Span.NONE, -1, true, Span.NONE, usage, continuous);
    return new StreamMeter(
        kind,
        wish,
        counts,
        (bytes, start, end, last) -> (last ? held : passed).write(bytes, start, end - start));
  }

  private static void feed(StreamMeter meter, String... events) {
    for (String event : events) {
      byte[] bytes = ("##" + event + "##").getBytes(StandardCharsets.UTF_8);
      meter.event(bytes, 2, bytes.length - 2);
    }
  }

  private String passed() {
    return passed.toString(StandardCharsets.UTF_8);
  }

  private String held() {
    return held.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theEndIsHeldAndWhatFollowsItToo() {
    StreamMeter meter = meter(Route.Kind.CHAT, true, false);
    feed(meter, Chunks.text("a"), Chunks.STOP, Chunks.USAGE);
    assertThat(meter.complete()).isTrue();
    assertThat(meter.terminal()).isFalse();
    feed(meter, Chunks.DONE, ": bye\n\n");

    assertThat(passed()).isEqualTo(Chunks.text("a") + Chunks.STOP + Chunks.USAGE);
    assertThat(held()).isEqualTo(Chunks.DONE + ": bye\n\n");
    assertThat(counts.tokens(0, 0)).isEqualTo(new UsageRecord.Tokens(11, 8, 3, false));
  }

  @Test
  void aStreamThatDidNotStopIsNotComplete() {
    StreamMeter meter = meter(Route.Kind.CHAT, false, false);
    feed(meter, Chunks.ROLE, Chunks.text("\\\"finish_reason\\\":\\\"stop\\\""));
    assertThat(meter.complete()).isFalse();
    feed(meter, Chunks.STOP);
    assertThat(meter.complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          RESPONSES | event: response.completed  | {"type":"response.completed"} | true  | false
          RESPONSES | event: response.incomplete | {}                            | true  | false
          RESPONSES | event: response.failed     | {}                            | true  | true
          RESPONSES | event:error                | {}                            | true  | true
          RESPONSES | id: 1                      | {"type":"response.completed"} | true  | false
          RESPONSES | event: response.output_text.done | {"text":"response.completed"} | false | false
          MESSAGES  | event: message_stop        | {}                            | true  | false
          MESSAGES  | event: error               | {}                            | true  | true
          MESSAGES  | : c                        | {"type" : "message_delta"}    | false | false
          MESSAGES  | : c                        | {"type": "message_stop"}      | true  | false
          CHAT      | : c                        | {"error":{"message":"x"}}     | false | true
          """)
  void eachDialectHasItsEnd(
      Route.Kind kind, String line, String data, boolean terminal, boolean failed) {
    StreamMeter meter = meter(kind, false, false);
    String event = line + "\ndata: " + data + "\n\n";
    feed(meter, event);

    assertThat(meter.terminal()).isEqualTo(terminal);
    assertThat(meter.failed()).isEqualTo(failed);
    assertThat(passed() + held()).isEqualTo(event);
    assertThat(held().isEmpty()).isNotEqualTo(terminal);
  }

  @Test
  void usageThatIsNoUsagePasses() {
    StreamMeter meter = meter(Route.Kind.CHAT, false, false);
    String[] events = {
      "data: {\"choices\":[],\"usage\":null}\n\n",
      "data: {\"choices\":[{\"delta\":{\"usage\":{\"prompt_tokens\":1}}}]}\n\n",
      "data: {\"usage\":{broken\n\n",
      "data: {\"x\":\"\\\"usage\\\":{\"}\n\n",
      "data:\n\n",
      "data\n\n",
      "\n\n"
    };
    feed(meter, events);
    assertThat(passed()).isEqualTo(String.join("", events));
    assertThat(counts.known()).isFalse();
  }

  @Test
  void usageBesideTextIsTakenOutAndToldOnce() {
    StreamMeter meter = meter(Route.Kind.CHAT, true, false);
    feed(meter, Chunks.textWithUsage("é"), Chunks.textWithUsage("b"), Chunks.DONE);
    meter.finish();

    assertThat(passed())
        .isEqualTo(
            Chunks.text("é").replace("}]}", "}],\"usage\":null}")
                + Chunks.text("b").replace("}]}", "}],\"usage\":null}")
                + Chunks.USAGE);
    assertThat(held()).isEqualTo(Chunks.DONE);
    assertThat(meter.contentEvents()).isEqualTo(2);
  }

  @Test
  void usageThatComesTwiceIsToldOnce() {
    StreamMeter meter = meter(Route.Kind.COMPLETIONS, true, false);
    feed(meter, Chunks.textWithUsage("a"), Chunks.USAGE, Chunks.USAGE, Chunks.DONE);
    meter.finish();

    assertThat(passed())
        .isEqualTo(Chunks.text("a").replace("}]}", "}],\"usage\":null}") + Chunks.USAGE);
  }
}
