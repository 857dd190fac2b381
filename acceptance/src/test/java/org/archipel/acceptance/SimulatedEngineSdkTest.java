package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Simulated engines speak as real ones do, in the ears of the SDKs. */
final class SimulatedEngineSdkTest implements OpenAiSdkContract, AnthropicSdkContract {
  private static final String KEY = "engine-key";

  private final SimulatedEngine engine =
      SimulatedEngine.start(
          new SimulatedEngineOptions()
              .withModels(
                  SimulatedModel.chat("chat"),
                  SimulatedModel.of("embed", SimulatedModel.Kind.EMBEDDING),
                  SimulatedModel.of("listen", SimulatedModel.Kind.TRANSCRIPTION)));

  @AfterEach
  void stop() {
    engine.close();
  }

  @Override
  public SdkTarget target() {
    return target(engine);
  }

  private static SdkTarget target(SimulatedEngine engine) {
    return new SdkTarget(engine.url(), KEY, "chat", "embed", "listen");
  }

  @Test
  void anUnknownModelIsNotFound() {
    try (SdkTarget.OpenAi client = target().openAi()) {
      assertThat(
              catchThrowableOfType(
                  NotFoundException.class,
                  () -> client.api().chat().completions().create(chat("no-such-model"))))
          .isNotNull();
    }
  }

  @Test
  void aKeyThatIsNotTheEnginesIsUnauthorized() {
    SimulatedEngineOptions guarded =
        new SimulatedEngineOptions().withModels(SimulatedModel.chat("chat")).withApiKey(KEY);
    try (SimulatedEngine other = SimulatedEngine.start(guarded);
        SdkTarget.OpenAi right = target(other).openAi();
        SdkTarget.OpenAi wrong = target(other).openAi("not-a-key")) {
      assertThat(right.api().chat().completions().create(chat("chat")).choices()).hasSize(1);
      assertThat(
              catchThrowableOfType(
                  UnauthorizedException.class,
                  () -> wrong.api().chat().completions().create(chat("chat"))))
          .isNotNull();
    }
  }

  private static ChatCompletionCreateParams chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello").build();
  }
}
