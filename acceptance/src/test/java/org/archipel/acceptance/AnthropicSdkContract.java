package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.ErrorType;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlock;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a server of {@code /v1/messages} owes to the Anthropic SDK. */
interface AnthropicSdkContract {
  SdkTarget target();

  @Test
  default void aMessageIsAnsweredWithItsUsage() {
    try (SdkTarget.Anthropic client = target().anthropic()) {
      Message answer = client.api().messages().create(message(16));

      answer.validate();
      assertThat(text(answer)).isNotBlank();
      assertThat(answer.model().asString()).isEqualTo(target().chatModel());
      assertThat(answer.usage().inputTokens()).isPositive();
      assertThat(answer.usage().outputTokens()).isBetween(1L, 16L);
    }
  }

  @Test
  default void aMessageThatIsCutSaysMaxTokens() {
    try (SdkTarget.Anthropic client = target().anthropic()) {
      Message answer = client.api().messages().create(message(2));

      assertThat(answer.stopReason()).contains(StopReason.MAX_TOKENS);
      assertThat(answer.usage().outputTokens()).isEqualTo(2);
    }
  }

  @Test
  default void aStreamedMessageComesTogetherAgain() {
    List<RawMessageStreamEvent> events;
    try (SdkTarget.Anthropic client = target().anthropic();
        StreamResponse<RawMessageStreamEvent> stream =
            client.api().messages().createStreaming(message(16))) {
      events = stream.stream().toList();
    }
    assertThat(events.getFirst().isMessageStart()).isTrue();
    assertThat(events.getLast().isMessageStop()).isTrue();
    // Clients show the size of the prompt as soon as the message starts.
    assertThat(events.getFirst().asMessageStart().message().usage().inputTokens()).isPositive();
    MessageAccumulator accumulator = MessageAccumulator.create();
    events.forEach(accumulator::accumulate);
    Message answer = accumulator.message();
    assertThat(text(answer)).isNotBlank();
    assertThat(answer.stopReason()).isPresent();
    assertThat(answer.usage().outputTokens()).isBetween(1L, 16L);
  }

  @Test
  default void countedTokensAreThoseOfTheMessage() {
    try (SdkTarget.Anthropic client = target().anthropic()) {
      long counted =
          client
              .api()
              .messages()
              .countTokens(
                  MessageCountTokensParams.builder()
                      .model(target().chatModel())
                      .system("You speak of the sea.")
                      .addUserMessage("Where are the islands?")
                      .build())
              .inputTokens();

      assertThat(counted)
          .isPositive()
          .isEqualTo(client.api().messages().create(message(2)).usage().inputTokens());
    }
  }

  /** What a site owes beyond: its refusals in Anthropic's spelling. */
  interface Refusals {
    SdkTarget target();

    @Test
    default void anUnknownModelIsNotFoundInAnthropicsWords() {
      try (SdkTarget.Anthropic client = target().anthropic()) {
        assertSpelled(client, "no-such-model", 404, ErrorType.NOT_FOUND_ERROR);
      }
    }

    @Test
    default void anInvalidKeyIsRefusedInAnthropicsWords() {
      try (SdkTarget.Anthropic client = target().anthropic("not-a-key")) {
        assertSpelled(client, target().chatModel(), 401, ErrorType.AUTHENTICATION_ERROR);
      }
    }

    private static void assertSpelled(
        SdkTarget.Anthropic client, String model, int status, ErrorType type) {
      AnthropicServiceException refusal =
          catchThrowableOfType(
              AnthropicServiceException.class,
              () ->
                  client
                      .api()
                      .messages()
                      .create(
                          MessageCreateParams.builder()
                              .model(model)
                              .maxTokens(4)
                              .addUserMessage("hello")
                              .build()));
      assertThat(refusal).isNotNull();
      assertThat(refusal.statusCode()).isEqualTo(status);
      assertThat(refusal.type()).contains(type);
      assertThat(refusal.apiMessage()).isPresent();
    }
  }

  private MessageCreateParams message(long maxTokens) {
    return MessageCreateParams.builder()
        .model(target().chatModel())
        .maxTokens(maxTokens)
        .system("You speak of the sea.")
        .addUserMessage("Where are the islands?")
        .build();
  }

  private static String text(Message message) {
    return message.content().stream()
        .flatMap(block -> block.text().stream())
        .map(TextBlock::text)
        .collect(Collectors.joining());
  }
}
