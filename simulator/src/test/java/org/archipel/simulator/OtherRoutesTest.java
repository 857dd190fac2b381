package org.archipel.simulator;

import static org.archipel.simulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioSystem;
import org.archipel.simulator.SimulatedModel.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtherRoutesTest {
  static final String FORM_TYPE = "multipart/form-data; boundary=bb";

  private SimulatedEngine engine;
  private TestClient client;

  static SimulatedEngineOptions everything() {
    return new SimulatedEngineOptions()
        .withModels(
            SimulatedModel.chat("chat"),
            SimulatedModel.of("embedding", Kind.EMBEDDING),
            SimulatedModel.of("rerank", Kind.RERANK),
            SimulatedModel.of("whisper", Kind.TRANSCRIPTION),
            SimulatedModel.of("voice", Kind.SPEECH),
            SimulatedModel.of("picture", Kind.IMAGE))
        .withEmbeddingDimensions(64);
  }

  @BeforeEach
  void start() {
    engine = SimulatedEngine.start(everything());
    client = new TestClient(engine);
  }

  @AfterEach
  void stop() {
    client.close();
    engine.close();
  }

  @Test
  void embeddingsAreTheSameAsFloatsAndAsBase64() {
    String body = "{\"model\":\"embedding\",\"input\":[\"one two\",\"three\"]%s}";
    JsonNode floats = client.ask("/v1/embeddings", body.formatted(""));
    JsonNode base64 =
        client.ask("/v1/embeddings", body.formatted(",\"encoding_format\":\"base64\""));

    FloatBuffer decoded =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64.at("/data/1/embedding").textValue()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    double length = 0;
    for (int i = 0; i < 64; i++) {
      float number = floats.at("/data/1/embedding/" + i).floatValue();
      assertThat(decoded.get(i)).isEqualTo(number);
      length += number * number;
    }
    assertThat(decoded.capacity()).isEqualTo(64);
    assertThat(length).isCloseTo(1, within(1e-5));
    assertThat(floats.at("/usage/prompt_tokens").intValue()).isEqualTo(2 + 2);
  }

  @Test
  void tokenIdsCountOneEachAndDimensionsAreObeyed() {
    JsonNode answer =
        client.ask(
            "/v1/embeddings", "{\"model\":\"embedding\",\"input\":[[1,2,3],[4]],\"dimensions\":8}");

    assertThat(answer.at("/data")).hasSize(2);
    assertThat(answer.at("/data/0/embedding")).hasSize(8);
    assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(4);
  }

  @Test
  void quirkyEngineSendsFloatsWhateverWasAsked() {
    try (SimulatedEngine quirky =
            SimulatedEngine.start(everything().withQuirks(EngineQuirk.IGNORES_ENCODING_FORMAT));
        TestClient other = new TestClient(quirky)) {
      String body = "{\"model\":\"embedding\",\"input\":\"a\",\"encoding_format\":\"base64\"}";

      assertThat(other.ask("/v1/embeddings", body).at("/data/0/embedding").isArray()).isTrue();
    }
  }

  @Test
  void rerankPutsTheDocumentThatSharesWordsFirst() {
    JsonNode answer =
        client.ask(
            "/v1/rerank",
            "{\"model\":\"rerank\",\"query\":\"red apple\",\"top_n\":1,"
                + "\"documents\":[\"blue sky\",\"a red apple\"]}");

    assertThat(answer.at("/results")).hasSize(1);
    assertThat(answer.at("/results/0/index").intValue()).isEqualTo(1);
    assertThat(answer.at("/results/0/relevance_score").doubleValue()).isBetween(0.5, 1.0);
  }

  @Test
  void scoreComparesOneTextWithEach() {
    JsonNode answer =
        client.ask(
            "/v1/score",
            "{\"model\":\"rerank\",\"text_1\":\"red apple\",\"text_2\":[\"red apple\",\"sky\"]}");

    assertThat(answer.at("/data/0/score").doubleValue()).isCloseTo(1, within(1e-5));
    assertThat(answer.at("/data/1/score").doubleValue()).isLessThan(1);
  }

  @Test
  void responsesStreamHasTheSequenceOfEvents() {
    String stream =
        TestClient.text(
            client.post(
                "/v1/responses",
                "{\"model\":\"chat\",\"input\":\"hello\",\"stream\":true,"
                    + "\"tools\":[{\"type\":\"namespace\"},{\"type\":\"web_search\"}]}"));

    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    List<String> data = TestClient.data(stream);
    for (int i = 0; i < data.size(); i++) {
      JsonNode event = json(data.get(i));
      assertThat(event.path("sequence_number").intValue()).isEqualTo(i);
      text.append(event.path("delta").asText(""));
      String type = event.path("type").textValue();
      if (types.isEmpty() || !types.get(types.size() - 1).equals(type)) {
        types.add(type);
      }
    }
    assertThat(types)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(stream).contains("event: response.completed\ndata: ");
    JsonNode response = json(data.get(data.size() - 1)).path("response");
    assertThat(response.at("/output/0/content/0/text").textValue()).isEqualTo(text.toString());
    assertThat(response.at("/usage/output_tokens").intValue()).isEqualTo(TokenRule.count(text));
    assertThat(response.at("/usage/input_tokens_details/cached_tokens").isInt()).isTrue();
    assertThat(response.at("/usage/output_tokens_details/reasoning_tokens").isInt()).isTrue();
    for (String field : REQUIRED) {
      assertThat(response.has(field)).as(field).isTrue();
    }
  }

  // What the Open Responses schema requires of the object.
  private static final List<String> REQUIRED =
      List.of(
          ("completed_at incomplete_details tools tool_choice truncation parallel_tool_calls text"
                  + " top_p presence_penalty frequency_penalty top_logprobs temperature reasoning"
                  + " usage max_output_tokens max_tool_calls store background service_tier metadata"
                  + " safety_identifier prompt_cache_key")
              .split(" "));

  @Test
  void responsesSaysThatItWasCutShort() {
    JsonNode answer =
        client.ask("/v1/responses", "{\"model\":\"chat\",\"input\":\"a\",\"max_output_tokens\":9}");

    assertThat(answer.path("status").textValue()).isEqualTo("incomplete");
    assertThat(answer.at("/incomplete_details/reason").textValue()).isEqualTo("max_output_tokens");
    assertThat(answer.at("/usage/output_tokens").intValue()).isEqualTo(9);
  }

  @Test
  void responsesCallsATool() {
    List<String> events =
        client.events(
            "/v1/responses",
            "{\"model\":\"chat\",\"input\":\"a\",\"stream\":true,\"tool_choice\":\"required\","
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}]}");

    JsonNode last = json(events.get(events.size() - 1));
    assertThat(last.at("/response/output/0/type").textValue()).isEqualTo("function_call");
    assertThat(last.at("/response/output/0/arguments").textValue()).isEqualTo("{}");
    assertThat(events).anyMatch(event -> event.contains("response.function_call_arguments.delta"));
  }

  @Test
  void messagesStreamStartsAndEndsWithTheTrueUsage() {
    List<String> events = client.events("/v1/messages", messages(",\"stream\":true"));

    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (String event : events) {
      types.add(json(event).path("type").textValue());
      text.append(json(event).at("/delta/text").asText(""));
    }
    assertThat(types).startsWith("message_start", "content_block_start", "ping");
    assertThat(types).endsWith("content_block_stop", "message_delta", "message_stop");
    assertThat(json(events.get(0)).at("/message/usage/input_tokens").intValue()).isEqualTo(11);
    JsonNode end = json(events.get(events.size() - 2));
    assertThat(end.at("/usage/output_tokens").intValue()).isEqualTo(20);
    assertThat(end.at("/delta/stop_reason").textValue()).isEqualTo("max_tokens");
    assertThat(text).hasSize(80);
  }

  @Test
  void messagesCountTheSameTokensBeforehand() {
    JsonNode count = client.ask("/v1/messages/count_tokens", messages(""));
    JsonNode answer = client.ask("/v1/messages", messages(""));

    assertThat(count.path("input_tokens").intValue()).isEqualTo(11);
    assertThat(answer.at("/usage/input_tokens").intValue()).isEqualTo(11);
    assertThat(answer.at("/content/0/type").textValue()).isEqualTo("text");
  }

  @Test
  void messagesCallATool() {
    JsonNode answer =
        client.ask(
            "/v1/messages",
            messages(
                ",\"tool_choice\":{\"type\":\"any\"},\"tools\":[{\"name\":\"f\",\"input_schema\":"
                    + "{\"type\":\"object\",\"required\":[\"n\"],"
                    + "\"properties\":{\"n\":{\"type\":\"integer\"}}}}]"));

    assertThat(answer.path("stop_reason").textValue()).isEqualTo("tool_use");
    assertThat(answer.at("/content/0/input/n").intValue()).isEqualTo(1);
  }

  @Test
  void messagesErrorsAreAnthropics() {
    HttpResponse<byte[]> answer = client.post("/v1/messages", "{\"model\":\"none\"}");

    assertThat(answer.statusCode()).isEqualTo(404);
    JsonNode error = json(TestClient.text(answer));
    assertThat(error.path("type").textValue()).isEqualTo("error");
    assertThat(error.at("/error/type").textValue()).isEqualTo("not_found_error");
  }

  private static String messages(String more) {
    return "{\"model\":\"chat\",\"max_tokens\":20,\"system\":\"be kind\",\"messages\":"
        + "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]"
        + more
        + "}";
  }

  @Test
  void completionsStreamText() {
    List<String> events =
        client.events(
            "/v1/completions",
            "{\"model\":\"chat\",\"prompt\":\"a\",\"max_tokens\":2,\"stream\":true}");

    assertThat(json(events.get(0)).at("/choices/0/text").textValue()).isEqualTo("I am");
    assertThat(json(events.get(2)).at("/choices/0/finish_reason").textValue()).isEqualTo("length");
    assertThat(events.get(3)).isEqualTo("[DONE]");
  }

  @Test
  void severalPromptsGetAChoiceEach() {
    JsonNode answer =
        client.ask(
            "/v1/completions", "{\"model\":\"chat\",\"prompt\":[\"a\",\"b\"],\"max_tokens\":2}");

    assertThat(answer.at("/choices")).hasSize(2);
    assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(4);
  }

  @Test
  void transcriptTellsTheLengthOfTheSound() {
    byte[] sound = Tone.wav("x".repeat(50));

    JsonNode answer =
        json(
            TestClient.text(
                client.post("/v1/audio/transcriptions", form("json", sound), FORM_TYPE)));
    HttpResponse<byte[]> text =
        client.post("/v1/audio/translations", form("text", sound), FORM_TYPE);

    assertThat(answer.path("text").textValue()).contains("3 seconds of sound");
    assertThat(answer.at("/usage/seconds").intValue()).isEqualTo(3);
    assertThat(TestClient.text(text)).startsWith("Simulated transcript by whisper");
    assertThat(text.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
  }

  static byte[] form(String format, byte[] sound) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head =
        "--bb\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n"
            + "--bb\r\ncontent-disposition: form-data; name=\"response_format\"\r\n\r\n"
            + format
            + "\r\n--bb\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
            + "content-type: audio/wav\r\n\r\n";
    out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(sound);
    out.writeBytes("\r\n--bb--\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  @Test
  void speechIsAPlayableWaveFile() throws Exception {
    HttpResponse<byte[]> answer =
        client.post(
            "/v1/audio/speech", "{\"model\":\"voice\",\"input\":\"hello\",\"voice\":\"a\"}");

    assertThat(answer.headers().firstValue("content-type")).hasValue("audio/wav");
    try (var sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(sound.getFormat().getSampleRate()).isEqualTo(16_000);
      assertThat(sound.getFrameLength()).isEqualTo(4800);
    }
  }

  @Test
  void pictureIsAReadablePng() throws Exception {
    JsonNode answer =
        client.ask("/v1/images/generations", "{\"model\":\"picture\",\"prompt\":\"a\",\"n\":2}");

    byte[] png = Base64.getDecoder().decode(answer.at("/data/1/b64_json").textValue());
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(64);
  }

  @Test
  void routeOfAnotherKindIsRefused() {
    HttpResponse<byte[]> answer =
        client.post("/v1/embeddings", "{\"model\":\"chat\",\"input\":\"a\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestClient.text(answer)).contains("does not support embedding");
  }
}
