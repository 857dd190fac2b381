package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that go well: events pass whole and untouched, usage is asked for and told once. */
@ExtendWith(LeakCheck.class)
final class StreamTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\",\"stream\":true}";
  private static final String ASK_USAGE =
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final UsageRecord.Tokens COUNTED = new UsageRecord.Tokens(11, 8, 3, false);

  private final ScriptedEngine engine = new ScriptedEngine();
  private final RelayFixture relay = RelayFixture.start(engine);

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void theHeadIsSentBeforeTheFirstToken() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(
        call -> call.streamHead().await(go).chunk(Chunks.STOP).chunk(Chunks.DONE).endChunks());
    RawClient client = relay.client().post(CHAT, ASK);
    RawClient.Head head = client.head();
    go.countDown();

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-type")).contains("text/event-stream; charset=utf-8");
    assertThat(head.header("cache-control")).contains("no-cache");
    assertThat(head.header("x-accel-buffering")).contains("no");
    assertThat(head.header("content-length")).isEmpty();
    assertThat(head.header("x-archipel-engine")).contains("e1");
    assertThat(client.chunks()).asString().isEqualTo(Chunks.STOP + Chunks.DONE);
    assertThat(relay.record().streamed()).isTrue();
  }

  @Test
  void eachEventIsForwardedAtOnceAndWhole() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch rest = new CountDownLatch(1);
    String event = Chunks.text("é😀");
    String start = event.substring(0, 30);
    engine.always(
        call -> {
          call.streamHead().await(first).chunk(Chunks.ROLE + start);
          call.await(half).chunk(event.substring(30) + Chunks.text("b"));
          call.await(rest).chunk(Chunks.STOP).chunk(Chunks.DONE).endChunks();
        });
    RawClient client = relay.client().post(CHAT, ASK);
    client.head();
    first.countDown();
    assertThat(client.chunkText()).isEqualTo(Chunks.ROLE);
    half.countDown();
    assertThat(client.chunkText()).isEqualTo(event + Chunks.text("b"));
    rest.countDown();
    assertThat(client.chunks()).asString().isEqualTo(Chunks.STOP + Chunks.DONE);
  }

  /** What the client sends, what the engine gets, whether usage is told. */
  static Stream<Arguments> wishes() {
    String with = "{\"model\":\"m\",\"stream\":true,";
    return Stream.of(
        Arguments.of(
            ASK,
            "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}",
            false),
        Arguments.of(ASK_USAGE, ASK_USAGE, true),
        Arguments.of(
            with + "\"stream_options\": { \"include_usage\" : false , \"x\":1}}",
            with + "\"stream_options\": { \"include_usage\" : true , \"x\":1}}",
            false),
        Arguments.of(
            with + "\"stream_options\":null}",
            with + "\"stream_options\":{\"include_usage\":true}}",
            false),
        Arguments.of(
            with + "\"stream_options\":{ }}",
            with + "\"stream_options\":{\"include_usage\":true }}",
            false),
        Arguments.of(
            with + "\"stream_options\":{\"x\":1}}",
            with + "\"stream_options\":{\"include_usage\":true,\"x\":1}}",
            false));
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void usageIsAskedForAndToldToThoseWhoAskedForIt(String sent, String got, boolean told)
      throws Exception {
    engine.always(
        call -> call.stream(Chunks.ROLE, Chunks.text("a"), Chunks.STOP, Chunks.USAGE, Chunks.DONE));
    String answer = relay.client().post(CHAT, sent).answer().text();

    assertThat(engine.call().text()).isEqualTo(got);
    assertThat(answer)
        .isEqualTo(
            Chunks.ROLE
                + Chunks.text("a")
                + Chunks.STOP
                + (told ? Chunks.USAGE : "")
                + Chunks.DONE);
    assertThat(relay.record().tokens()).isEqualTo(COUNTED);
  }

  @Test
  void completionsAreAskedForUsageToo() throws Exception {
    engine.always(call -> call.stream(Chunks.STOP, Chunks.USAGE, Chunks.DONE));
    assertThat(relay.client().post("/v1/completions", ASK).answer().text())
        .isEqualTo(Chunks.STOP + Chunks.DONE);
    assertThat(engine.call().text()).contains("include_usage");
  }

  @ParameterizedTest
  @CsvSource({"/v1/responses", "/v1/messages", "/v1/audio/transcriptions"})
  void otherRoutesAreNotAskedForUsage(String route) throws Exception {
    engine.always(call -> call.stream("event: message_stop\ndata: {}\n\n"));
    relay.client().post(route, ASK).answer();

    assertThat(engine.call().text()).isEqualTo(ASK);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usageInChunksWithTextIsToldOnceAtTheEnd(boolean done) throws Exception {
    List<String> events = new ArrayList<>();
    events.add(Chunks.textWithUsage("a"));
    events.add(Chunks.textWithUsage("b"));
    events.add(Chunks.STOP);
    if (done) {
      events.add(Chunks.DONE);
    }
    engine.always(call -> call.stream(events.toArray(String[]::new)));
    String quiet = relay.client().post(CHAT, ASK).answer().text();
    String told = relay.client().post(CHAT, ASK_USAGE).answer().text();

    String text =
        Chunks.text("a").replace("}]}", "}],\"usage\":null}")
            + Chunks.text("b").replace("}]}", "}],\"usage\":null}")
            + Chunks.STOP;
    String end = done ? Chunks.DONE : "";
    assertThat(quiet).isEqualTo(text + end);
    assertThat(told).isEqualTo(text + Chunks.USAGE + end);
  }

  @Test
  void usageInEveryChunkIsToldOnlyToThoseWhoAskedForThat() throws Exception {
    engine.always(
        call -> call.stream(Chunks.textWithUsage("a"), Chunks.STOP, Chunks.USAGE, Chunks.DONE));
    String once = relay.client().post(CHAT, ASK_USAGE).answer().text();
    String always =
        relay
            .client()
            .post(CHAT, ASK_USAGE.replace("true}}", "true,\"continuous_usage_stats\":true}}"))
            .answer()
            .text();

    assertThat(once.split("prompt_tokens\"", -1)).hasSize(2);
    assertThat(always)
        .isEqualTo(Chunks.textWithUsage("a") + Chunks.STOP + Chunks.USAGE + Chunks.DONE);
  }

  @Test
  void anEngineWithoutUsageIsEstimatedByItsEvents() throws Exception {
    engine.always(
        call -> call.stream(Chunks.text("a"), Chunks.text("b"), Chunks.STOP, Chunks.DONE));
    relay.client().post(CHAT, ASK_USAGE).answer();

    UsageRecord.Tokens tokens = relay.record().tokens();
    assertThat(tokens.estimated()).isTrue();
    assertThat(tokens.completion()).isEqualTo(3);
    assertThat(tokens.prompt()).isEqualTo(ASK_USAGE.length() / 4);
  }

  @Test
  void commentsAndOddFieldsPass() throws Exception {
    String odd =
        ": comment\n\nid: 7\nretry: 5\ndata: {\"a\":1}\n\nevent: x\r\ndata: {\"b\":\r\n"
            + "data: 2}\r\n\r\ndata:{\"usage\":\"no object\"}\n\n";
    engine.always(call -> call.stream(odd, Chunks.STOP, Chunks.DONE));

    assertThat(relay.client().post(CHAT, ASK).answer().text())
        .isEqualTo(odd + Chunks.STOP + Chunks.DONE);
  }

  @Test
  void anyCutOfTheNetworkGivesTheSameEvents() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    StringBuilder events = new StringBuilder(Chunks.ROLE);
    for (int i = 0; i < 200; i++) {
      events.append(Chunks.text("w".repeat(random.nextInt(300)) + " é😀 \\n\\n"));
    }
    String expected = events + Chunks.STOP;
    byte[] all = (expected + Chunks.USAGE + Chunks.DONE).getBytes(StandardCharsets.UTF_8);
    engine.always(
        call -> {
          call.streamHead();
          for (int at = 0; at < all.length; ) {
            int count = Math.min(all.length - at, 1 + random.nextInt(900));
            String size = Integer.toHexString(count) + "\r\n";
            call.send(size).send(java.util.Arrays.copyOfRange(all, at, at + count)).send("\r\n");
            at += count;
          }
          call.endChunks();
        });
    RawClient client = relay.client().post(CHAT, ASK);
    client.head();
    StringBuilder got = new StringBuilder();
    for (String chunk = client.chunkText(); !chunk.isEmpty(); chunk = client.chunkText()) {
      assertThat(chunk).as("seed %d", seed).endsWith("\n\n").startsWith("data: ");
      got.append(chunk);
    }
    assertThat(got.toString()).as("seed %d", seed).isEqualTo(expected + Chunks.DONE);
    assertThat(relay.record().tokens()).isEqualTo(COUNTED);
  }

  @Test
  void aLargeEventPasses() throws Exception {
    String large = Chunks.text("i".repeat(3 * 1024 * 1024));
    engine.always(call -> call.stream(large, Chunks.STOP, Chunks.DONE));

    String got = relay.client().post(CHAT, ASK).answer().text();
    assertThat(got.equals(large + Chunks.STOP + Chunks.DONE)).isTrue();
  }

  @Test
  void aStreamWithoutFramingEndsWithItsConnection() throws Exception {
    engine.always(
        call -> {
          call.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
          call.send(Chunks.text("a") + Chunks.STOP + Chunks.DONE).close();
        });

    assertThat(relay.client().post(CHAT, ASK).answer().text())
        .isEqualTo(Chunks.text("a") + Chunks.STOP + Chunks.DONE);
  }

  @Test
  void responsesPassWithTheirUsage() throws Exception {
    String[] events = {
      "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n",
      "event: response.output_text.delta\n"
          + "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n",
      "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":"
          + "{\"input_tokens\":20,\"input_tokens_details\":{\"cached_tokens\":4},"
          + "\"output_tokens\":6,\"output_tokens_details\":{\"reasoning_tokens\":2}}}}\n\n"
    };
    engine.always(call -> call.stream(events));

    assertThat(relay.client().post("/v1/responses", ASK).answer().text())
        .isEqualTo(String.join("", events));
    assertThat(relay.record().tokens()).isEqualTo(new UsageRecord.Tokens(20, 4, 6, false));
  }

  @Test
  void messagesPassWithTheirUsage() throws Exception {
    String[] events = {
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
          + "{\"input_tokens\":10,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n",
      "event: ping\ndata: {\"type\": \"ping\"}\n\n",
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{}}\n\n",
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
          + "\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n",
      "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
    };
    engine.always(call -> call.stream(events));

    assertThat(relay.client().post("/v1/messages", ASK).answer().text())
        .isEqualTo(String.join("", events));
    UsageRecord record = relay.record();
    assertThat(record.tokens()).isEqualTo(new UsageRecord.Tokens(15, 5, 9, false));
    assertThat(record.outcome()).isEqualTo(UsageOutcome.COMPLETED);
  }

  @Test
  void anAnswerThatIsNoStreamPassesAsItIs() throws Exception {
    engine.always(call -> call.json(200, "{\"usage\":{\"prompt_tokens\":1}}"));
    RawClient.Answer got = relay.client().post(CHAT, ASK).answer();

    assertThat(got.header("content-type")).contains("application/json");
    assertThat(got.text()).isEqualTo("{\"usage\":{\"prompt_tokens\":1}}");
  }
}
