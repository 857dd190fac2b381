package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a site owes to the OpenAI SDK when it refuses; engines spell their errors in other ways. */
interface OpenAiRefusalContract {
  SdkTarget target();

  @Test
  default void anUnknownModelIsNotFound() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      NotFoundException refusal =
          catchThrowableOfType(
              NotFoundException.class,
              () -> client.api().chat().completions().create(chat("no-such-model")));

      assertSpelled(refusal, "invalid_request_error", "model_not_found");
    }
  }

  @Test
  default void anUnknownModelIsNotFoundByAStreamEither() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      NotFoundException refusal =
          catchThrowableOfType(
              NotFoundException.class,
              () -> client.api().chat().completions().createStreaming(chat("no-such-model")));

      assertSpelled(refusal, "invalid_request_error", "model_not_found");
    }
  }

  @Test
  default void anInvalidKeyIsUnauthorized() {
    try (SdkTarget.OpenAi client = target().openAi("not-a-key")) {
      UnauthorizedException refusal =
          catchThrowableOfType(
              UnauthorizedException.class,
              () -> client.api().chat().completions().create(chat(target().chatModel())));

      assertSpelled(refusal, "invalid_request_error", "invalid_api_key");
      assertThat(refusal.getMessage()).doesNotContain("not-a-key");
    }
  }

  private static void assertSpelled(OpenAIServiceException refusal, String type, String code) {
    assertThat(refusal).isNotNull();
    assertThat(refusal.type()).contains(type);
    assertThat(refusal.code()).contains(code);
    assertThat(refusal.headers().values("x-request-id")).hasSize(1);
    // All four keys are required, even those that are null.
    JsonNode error = Objects.requireNonNull(refusal.body().convert(JsonNode.class));
    for (String name : List.of("message", "type", "param", "code")) {
      assertThat(error.has(name)).as(name).isTrue();
    }
  }

  private static ChatCompletionCreateParams chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello").build();
  }
}
