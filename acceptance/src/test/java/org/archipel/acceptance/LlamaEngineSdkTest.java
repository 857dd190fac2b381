package org.archipel.acceptance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The llama.cpp fixtures are engines that the OpenAI SDK takes for real ones. */
final class LlamaEngineSdkTest {
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class Chat extends Running implements OpenAiChatContract {
    Chat() {
      super(LlamaEngine.Settings.TEXT);
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class Embeddings extends Running implements OpenAiEmbeddingContract {
    Embeddings() {
      super(LlamaEngine.Settings.EMBEDDINGS);
    }
  }

  /** An engine that runs while a class of tests does. */
  abstract static class Running {
    private final LlamaEngine.Settings settings;
    private Optional<LlamaEngine> engine = Optional.empty();

    Running(LlamaEngine.Settings settings) {
      this.settings = settings;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
      engine = Optional.of(LlamaEngine.start(folder, settings));
    }

    @AfterAll
    void stop() throws IOException {
      engine.orElseThrow().close();
    }

    public SdkTarget target() {
      String model = LlamaEngine.MODEL;
      return new SdkTarget(engine.orElseThrow().url(), "any", model, model, model);
    }
  }
}
