package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.ObjectMappers;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextDeltaEvent;
import com.openai.models.responses.ResponseUsage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What a complete server owes to the OpenAI SDK: chat and embeddings, and also tools, responses and
 * transcriptions.
 */
interface OpenAiSdkContract extends OpenAiChatContract, OpenAiEmbeddingContract {
  @Override
  SdkTarget target();

  @Test
  default void aToolThatMustBeCalledIsCalled() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      ChatCompletion answer = client.api().chat().completions().create(toolChat());

      answer.validate();
      assertCallsTheTool(answer);
    }
  }

  @Test
  default void aStreamedToolCallComesTogetherAgain() {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (SdkTarget.OpenAi client = target().openAi();
        StreamResponse<ChatCompletionChunk> stream =
            client.api().chat().completions().createStreaming(toolChat())) {
      stream.stream().forEach(accumulator::accumulate);
    }
    assertCallsTheTool(accumulator.chatCompletion());
  }

  @Test
  default void aResponseIsAnsweredWithItsUsage() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      Response answer = client.api().responses().create(response());

      assertThat(answer.status()).contains(ResponseStatus.COMPLETED);
      assertThat(text(answer)).isNotBlank();
      assertAddsUp(answer.usage().orElseThrow());
    }
  }

  @Test
  default void aStreamedResponseKeepsItsOrderAndEndsComplete() {
    List<ResponseStreamEvent> events;
    try (SdkTarget.OpenAi client = target().openAi();
        StreamResponse<ResponseStreamEvent> stream =
            client.api().responses().createStreaming(response())) {
      events = stream.stream().toList();
    }
    assertThat(events.getFirst().isCreated()).as("the first event is response.created").isTrue();
    assertThat(events.getLast().isCompleted()).as("the last is response.completed").isTrue();
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    events.forEach(accumulator::accumulate);
    Response answer = accumulator.response();
    String deltas =
        events.stream()
            .flatMap(event -> event.outputTextDelta().stream())
            .map(ResponseTextDeltaEvent::delta)
            .collect(Collectors.joining());
    assertThat(deltas).isNotBlank().isEqualTo(text(answer));
    assertThat(events.stream().flatMap(event -> event.outputTextDelta().stream()).count())
        .as("an answer that is streamed comes in several pieces")
        .isGreaterThan(1);
    assertAddsUp(answer.usage().orElseThrow());
  }

  @Test
  default void eventsOfAResponseAreNumberedWithoutGaps() {
    try (SdkTarget.OpenAi client = target().openAi();
        StreamResponse<ResponseStreamEvent> stream =
            client.api().responses().createStreaming(response())) {
      List<Long> numbers =
          stream.stream()
              .map(event -> ObjectMappers.jsonMapper().<JsonNode>valueToTree(event))
              .map(event -> event.path("sequence_number").asLong(-1))
              .toList();

      assertThat(numbers).hasSizeGreaterThan(1);
      for (int i = 1; i < numbers.size(); i++) {
        assertThat(numbers.get(i)).isEqualTo(numbers.get(i - 1) + 1);
      }
    }
  }

  @Test
  default void audioIsTranscribed() {
    InputStream sound = new ByteArrayInputStream(WaveFile.ofSilence(1));
    TranscriptionCreateParams params =
        TranscriptionCreateParams.builder()
            .model(target().transcriptionModel())
            .file(
                MultipartField.<InputStream>builder()
                    .value(sound)
                    .filename("silence.wav")
                    .contentType("audio/wav")
                    .build())
            .language("fr")
            .build();
    try (SdkTarget.OpenAi client = target().openAi()) {
      assertThat(client.api().audio().transcriptions().create(params).asTranscription().text())
          .isNotBlank();
    }
  }

  private static void assertCallsTheTool(ChatCompletion answer) {
    ChatCompletion.Choice choice = answer.choices().getFirst();
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    ChatCompletionMessageFunctionToolCall call =
        choice.message().toolCalls().orElseThrow().getFirst().asFunction();
    assertThat(call.id()).isNotBlank();
    assertThat(call.function().name()).isEqualTo("tide");
    assertThat(WireJson.read(call.function().arguments()).isObject()).isTrue();
  }

  private ChatCompletionCreateParams toolChat() {
    FunctionParameters parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("port", Map.of("type", "string"))))
            .putAdditionalProperty("required", JsonValue.from(List.of("port")))
            .build();
    FunctionDefinition tide =
        FunctionDefinition.builder()
            .name("tide")
            .description("Height of the tide at a port")
            .parameters(parameters)
            .build();
    return ChatCompletionCreateParams.builder()
        .model(target().chatModel())
        .addUserMessage("How high is the tide at Brest?")
        .addTool(ChatCompletionFunctionTool.builder().function(tide).build())
        .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
        .build();
  }

  private ResponseCreateParams response() {
    return ResponseCreateParams.builder()
        .model(target().chatModel())
        .instructions("You speak of the sea.")
        .input("Where are the islands?")
        .build();
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .flatMap(content -> content.outputText().stream())
        .map(output -> output.text())
        .collect(Collectors.joining());
  }

  private static void assertAddsUp(ResponseUsage usage) {
    assertThat(usage.inputTokens()).isPositive();
    assertThat(usage.outputTokens()).isPositive();
    assertThat(usage.totalTokens()).isEqualTo(usage.inputTokens() + usage.outputTokens());
    assertThat(usage.inputTokensDetails().cachedTokens()).isNotNegative();
    assertThat(usage.outputTokensDetails().reasoningTokens()).isNotNegative();
  }
}
