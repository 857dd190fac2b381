package org.archipel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vendors' own clients as judges of the wire format: {@code validate} checks every field. */
class SdkTest {
  private SimulatedEngine engine;
  private OpenAIClient openai;
  private AnthropicClient anthropic;

  @BeforeEach
  void start() {
    engine = SimulatedEngine.start(OtherRoutesTest.everything());
    openai = OpenAIOkHttpClient.builder().baseUrl(engine.url() + "/v1").apiKey("none").build();
    anthropic =
        AnthropicOkHttpClient.builder().baseUrl(engine.url().toString()).apiKey("none").build();
  }

  @AfterEach
  void stop() {
    openai.close();
    anthropic.close();
    engine.close();
  }

  @Test
  void openAiClientReadsChatCompletions() {
    ChatCompletionCreateParams ask =
        ChatCompletionCreateParams.builder().model("chat").addUserMessage("hello").build();

    ChatCompletion answer = openai.chat().completions().create(ask).validate();

    assertThat(answer.choices().get(0).message().content().orElseThrow()).contains("simulated");
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(6);
  }

  @Test
  void openAiClientReadsStreamedChatCompletions() {
    ChatCompletionCreateParams ask =
        ChatCompletionCreateParams.builder()
            .model("chat")
            .addUserMessage("hello")
            .maxCompletionTokens(7)
            .build();
    List<String> tokens = new ArrayList<>();

    try (var stream = openai.chat().completions().createStreaming(ask)) {
      stream.stream()
          .forEach(
              chunk -> chunk.validate().choices().get(0).delta().content().ifPresent(tokens::add));
    }

    assertThat(tokens).hasSize(8).startsWith("", "I am");
  }

  @Test
  void openAiClientReadsResponses() {
    ResponseCreateParams ask = ResponseCreateParams.builder().model("chat").input("hello").build();

    Response answer = openai.responses().create(ask).validate();

    assertThat(answer.usage().orElseThrow().inputTokens()).isEqualTo(6);
  }

  @Test
  void openAiClientReadsStreamedResponses() {
    ResponseCreateParams ask = ResponseCreateParams.builder().model("chat").input("hello").build();
    List<Response> completed = new ArrayList<>();

    try (var stream = openai.responses().createStreaming(ask)) {
      stream.stream()
          .forEach(
              event -> event.validate().completed().ifPresent(e -> completed.add(e.response())));
    }

    assertThat(completed).hasSize(1);
    assertThat(completed.get(0).usage().orElseThrow().outputTokens()).isGreaterThan(50);
  }

  @Test
  void openAiClientReadsEmbeddings() {
    EmbeddingCreateParams ask =
        EmbeddingCreateParams.builder().model("embedding").input("hello").build();

    CreateEmbeddingResponse answer = openai.embeddings().create(ask).validate();

    assertThat(answer.data().get(0).embedding()).hasSize(64);
  }

  @Test
  void anthropicClientReadsMessagesAndCountsThem() {
    MessageCreateParams ask =
        MessageCreateParams.builder().model("chat").maxTokens(20).addUserMessage("hello").build();
    MessageCountTokensParams count =
        MessageCountTokensParams.builder().model("chat").addUserMessage("hello").build();

    var answer = anthropic.messages().create(ask).validate();

    assertThat(answer.usage().outputTokens()).isEqualTo(20);
    assertThat(answer.usage().inputTokens()).isEqualTo(6);
    assertThat(anthropic.messages().countTokens(count).validate().inputTokens()).isEqualTo(6);
  }

  @Test
  void anthropicClientReadsStreamedMessages() {
    MessageCreateParams ask =
        MessageCreateParams.builder().model("chat").maxTokens(20).addUserMessage("hello").build();
    StringBuilder text = new StringBuilder();

    try (var stream = anthropic.messages().createStreaming(ask)) {
      stream.stream()
          .forEach(
              event ->
                  event
                      .validate()
                      .contentBlockDelta()
                      .flatMap(delta -> delta.delta().text())
                      .ifPresent(delta -> text.append(delta.text())));
    }

    assertThat(text).hasSize(80);
  }
}
