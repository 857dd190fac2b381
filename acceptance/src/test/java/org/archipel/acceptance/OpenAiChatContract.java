package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every server of chat owes to the OpenAI SDK: an engine of any kind, and a site. */
interface OpenAiChatContract {
  SdkTarget target();

  @Test
  default void modelsAreListed() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      assertThat(client.api().models().list().data().stream().map(Model::id))
          .contains(target().chatModel());
    }
  }

  @Test
  default void aChatIsAnsweredWithItsUsage() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      ChatCompletion answer = client.api().chat().completions().create(chat(16).build());

      answer.validate();
      assertThat(answer.id()).isNotBlank();
      assertThat(answer.model()).isEqualTo(target().chatModel());
      assertThat(answer.choices()).hasSize(1);
      assertThat(answer.choices().getFirst().message().content().orElseThrow()).isNotBlank();
      CompletionUsage usage = answer.usage().orElseThrow();
      assertThat(usage.completionTokens()).isBetween(1L, 16L);
      assertAddsUp(usage);
    }
  }

  @Test
  default void anAnswerThatIsCutSaysLength() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      ChatCompletion answer = client.api().chat().completions().create(chat(2).build());

      assertThat(answer.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
      assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(2);
    }
  }

  @Test
  default void aStreamGivesTheUsageThatWasAskedForOnceAndLast() {
    List<ChatCompletionChunk> chunks = stream(withUsage(16));

    assertThat(chunks.stream().filter(chunk -> chunk.usage().isPresent())).hasSize(1);
    assertThat(chunks.getLast().choices()).isEmpty();
    CompletionUsage usage = chunks.getLast().usage().orElseThrow();
    assertThat(usage.completionTokens()).isBetween(1L, 16L);
    assertAddsUp(usage);
    assertAnswers(chunks);
  }

  @Test
  default void aStreamGivesNoUsageThatWasNotAskedFor() {
    List<ChatCompletionChunk> chunks = stream(chat(16));

    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
    // An unasked chunk without choices breaks clients that read the first one.
    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.choices()).isNotEmpty());
    assertAnswers(chunks);
  }

  @Test
  default void aStreamCostsWhatTheWholeAnswerCosts() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      long whole =
          client
              .api()
              .chat()
              .completions()
              .create(chat(2).build())
              .usage()
              .orElseThrow()
              .totalTokens();
      long streamed = stream(withUsage(2)).getLast().usage().orElseThrow().totalTokens();

      assertThat(streamed).isEqualTo(whole);
    }
  }

  @Test
  default void aStreamLeftEarlyDoesNotSpoilTheNextAnswer() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      try (StreamResponse<ChatCompletionChunk> left =
          client.api().chat().completions().createStreaming(chat(500).build())) {
        assertThat(left.stream().findFirst()).isPresent();
      }
      assertThat(client.api().chat().completions().create(chat(4).build()).choices()).hasSize(1);
    }
  }

  private void assertAnswers(List<ChatCompletionChunk> chunks) {
    assertThat(chunks.stream().map(ChatCompletionChunk::id).distinct()).hasSize(1);
    assertThat(chunks.stream().map(ChatCompletionChunk::model).distinct())
        .containsExactly(target().chatModel());
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    chunks.forEach(accumulator::accumulate);
    ChatCompletion answer = accumulator.chatCompletion();
    String text =
        chunks.stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().content().stream())
            .collect(Collectors.joining());
    assertThat(text).isNotBlank();
    assertThat(answer.choices().getFirst().message().content()).contains(text);
  }

  private List<ChatCompletionChunk> stream(ChatCompletionCreateParams.Builder chat) {
    try (SdkTarget.OpenAi client = target().openAi();
        StreamResponse<ChatCompletionChunk> stream =
            client.api().chat().completions().createStreaming(chat.build())) {
      return stream.stream().toList();
    }
  }

  private ChatCompletionCreateParams.Builder chat(long maxTokens) {
    return ChatCompletionCreateParams.builder()
        .model(target().chatModel())
        .addSystemMessage("You speak of the sea.")
        .addUserMessage("Where are the islands?")
        .maxCompletionTokens(maxTokens);
  }

  private ChatCompletionCreateParams.Builder withUsage(long maxTokens) {
    return chat(maxTokens)
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
  }

  private static void assertAddsUp(CompletionUsage usage) {
    assertThat(usage.promptTokens()).isPositive();
    assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
  }
}
