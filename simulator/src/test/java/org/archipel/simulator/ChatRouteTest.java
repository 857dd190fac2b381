package org.archipel.simulator;

import static org.archipel.simulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatRouteTest {
  private static final String CHAT = "/v1/chat/completions";

  private SimulatedEngine engine;
  private TestClient client;

  @BeforeEach
  void start() {
    engine =
        SimulatedEngine.start(
            new SimulatedEngineOptions()
                .withModels(new SimulatedModel("m", SimulatedModel.Kind.CHAT, 8192))
                .withRememberedRequests());
    client = new TestClient(engine);
  }

  @AfterEach
  void stop() {
    client.close();
    engine.close();
  }

  @Test
  void answerSaysWhatItIsAndCountsByTheRule() {
    JsonNode answer =
        client.ask(
            CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"12345\"}]}");

    String text = answer.at("/choices/0/message/content").textValue();
    assertThat(text).startsWith("I am a simulated engine (device none, model m)");
    assertThat(text).contains("You sent 6 prompt tokens.");
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(6);
    assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(TokenRule.count(text));
    assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(6 + TokenRule.count(text));
    assertThat(answer.at("/object").textValue()).isEqualTo("chat.completion");
  }

  @Test
  void frenchIsAnsweredInFrench() {
    JsonNode answer = client.ask(CHAT, chat("Bonjour, pouvez-vous nous aider ?", ""));

    assertThat(answer.at("/choices/0/message/content").textValue()).startsWith("Je suis un moteur");
  }

  @Test
  void limitIsUsedUpAndReportedAsLength() {
    JsonNode answer = client.ask(CHAT, chat("hello", ",\"max_tokens\":33"));

    assertThat(answer.at("/choices/0/message/content").textValue()).hasSize(33 * 4);
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("length");
  }

  @Test
  void limitAboveTheLongestAnswerGivesTheUsualLength() {
    JsonNode answer = client.ask(CHAT, chat("hello", ",\"max_completion_tokens\":8000"));

    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    assertThat(answer.at("/usage/completion_tokens").intValue()).isBetween(60, 80);
  }

  @Test
  void stopTextEndsTheAnswerBeforeIt() {
    JsonNode answer = client.ask(CHAT, chat("hello", ",\"stop\":[\"engine\",\"zzz\"]"));

    assertThat(answer.at("/choices/0/message/content").textValue()).isEqualTo("I am a simulated ");
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
  }

  @Test
  void severalChoicesAreCountedEach() {
    JsonNode answer = client.ask(CHAT, chat("hello", ",\"n\":3,\"max_tokens\":10"));

    assertThat(answer.at("/choices")).hasSize(3);
    assertThat(answer.at("/choices/2/index").intValue()).isEqualTo(2);
    assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(30);
  }

  @Test
  void streamHasOneTokenPerChunkAndNoUsageUnlessAsked() {
    List<String> events = client.events(CHAT, chat("hello", ",\"stream\":true,\"max_tokens\":5"));

    assertThat(events).hasSize(1 + 5 + 1 + 1);
    JsonNode first = json(events.get(0)).at("/choices/0/delta");
    assertThat(first.path("role").textValue()).isEqualTo("assistant");
    assertThat(first.path("content").textValue()).isEmpty();
    StringBuilder text = new StringBuilder();
    for (String event : events.subList(1, 6)) {
      String token = json(event).at("/choices/0/delta/content").textValue();
      assertThat(token).hasSize(4);
      text.append(token);
    }
    assertThat(text.toString()).isEqualTo("I am a simulated eng");
    assertThat(json(events.get(6)).at("/choices/0/finish_reason").textValue()).isEqualTo("length");
    assertThat(events.get(7)).isEqualTo("[DONE]");
    assertThat(events).noneMatch(event -> event.contains("usage"));
  }

  @Test
  void usageComesInOneLastChunkWhenAsked() {
    String body =
        chat(
            "hello",
            ",\"stream\":true,\"max_tokens\":5,\"stream_options\":{\"include_usage\":true}");
    List<String> events = client.events(CHAT, body);

    assertThat(events).hasSize(1 + 5 + 1 + 1 + 1);
    for (String event : events.subList(0, 7)) {
      assertThat(json(event).path("usage").isNull()).isTrue();
    }
    JsonNode last = json(events.get(7));
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/prompt_tokens").intValue()).isEqualTo(6);
    assertThat(last.at("/usage/completion_tokens").intValue()).isEqualTo(5);
  }

  @Test
  void repeatedPromptIsCachedInWholeBlocks() {
    String body = chat("x".repeat(400), "");

    JsonNode first = client.ask(CHAT, body);
    JsonNode second = client.ask(CHAT, body);

    assertThat(first.at("/usage/prompt_tokens").intValue()).isEqualTo(104);
    assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").intValue()).isZero();
    assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(96);
  }

  @Test
  void requiredToolIsCalledWithArgumentsThatFit() {
    JsonNode answer = client.ask(CHAT, chat("hello", TOOLS + ",\"tool_choice\":\"required\""));

    JsonNode call = answer.at("/choices/0/message/tool_calls/0");
    assertThat(call.at("/function/name").textValue()).isEqualTo("weather");
    JsonNode arguments = json(call.at("/function/arguments").textValue());
    assertThat(arguments.path("city").textValue()).isEqualTo("simulated");
    assertThat(arguments.path("days").intValue()).isEqualTo(1);
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("tool_calls");
  }

  @Test
  void markedPromptStreamsAToolCallInIndexedFragments() {
    List<String> events =
        client.events(CHAT, chat("please " + Ask.TOOL_MARKER, TOOLS + ",\"stream\":true"));

    StringBuilder arguments = new StringBuilder();
    for (String event : events.subList(0, events.size() - 2)) {
      JsonNode call = json(event).at("/choices/0/delta/tool_calls/0");
      assertThat(call.path("index").isInt()).isTrue();
      arguments.append(call.at("/function/arguments").textValue());
    }
    assertThat(json(events.get(0)).at("/choices/0/delta/tool_calls/0/id").textValue()).isNotEmpty();
    assertThat(json(arguments.toString()).path("city").textValue()).isEqualTo("simulated");
  }

  @Test
  void schemaIsFilledWhenTheFormatDemandsIt() {
    String format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":"
            + "{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}},\"required\":[\"ok\"]}}}";
    JsonNode answer = client.ask(CHAT, chat("hello", format));

    assertThat(json(answer.at("/choices/0/message/content").textValue()).path("ok").booleanValue())
        .isTrue();
  }

  @Test
  void rememberedRequestMatchesTheUsageReported() {
    JsonNode answer =
        client.ask(CHAT, chat("hello", ",\"max_tokens\":7"), "x-request-id", "request-1");

    assertThat(answer.path("id").textValue()).isEqualTo("chatcmpl-request-1");
    await().until(() -> engine.counters().completed() == 1);
    assertThat(engine.served("request-1"))
        .singleElement()
        .satisfies(
            served -> {
              assertThat(served.completed()).isTrue();
              assertThat(served.promptTokens()).isEqualTo(6);
              assertThat(served.completionTokens()).isEqualTo(7);
              assertThat(served.route()).isEqualTo(CHAT);
            });
  }

  static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},"
          + "\"days\":{\"type\":\"integer\"}},\"required\":[\"city\",\"days\"]}}}]";

  static String chat(String content, String more) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + content
        + "\"}]"
        + more
        + "}";
  }
}
