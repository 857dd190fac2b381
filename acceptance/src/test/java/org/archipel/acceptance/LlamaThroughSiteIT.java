package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real llama.cpp engine behind a site: its tokens, its words, its account. */
final class LlamaThroughSiteIT {
  @Nested
  final class Chat extends Running implements OpenAiChatContract {
    Chat() {
      super("chat", LlamaEngine.Settings.TEXT.withSlots(2));
    }
  }

  @Nested
  final class Embeddings extends Running implements OpenAiEmbeddingContract {
    Embeddings() {
      super("embedding", LlamaEngine.Settings.EMBEDDINGS);
    }
  }

  @Nested
  final class Account extends Running {
    Account() {
      super("chat", LlamaEngine.Settings.TEXT);
    }

    @Test
    void isWhatTheEngineCounted() throws IOException {
      List<String> bodies =
          List.of(
              "{\"model\":\"%s\",\"max_tokens\":7,\"stream\":true,%s}",
              "{\"model\":\"%s\",\"max_tokens\":5,%s}",
              "{\"model\":\"%s\",\"max_tokens\":9,\"ignore_eos\":true,%s}");
      String question = "\"messages\":[{\"role\":\"user\",\"content\":\"où est la mer ?\"}]";
      for (String body : bodies) {
        ask("/v1/chat/completions", body.formatted(LlamaEngine.MODEL, question));
      }
      String prompt = "\"prompt\":\"the sea\",\"max_tokens\":6,\"ignore_eos\":true";
      ask("/v1/completions", "{\"model\":\"%s\",%s}".formatted(LlamaEngine.MODEL, prompt));
      ask(
          "/v1/completions",
          "{\"model\":\"%s\",\"stream\":true,%s}".formatted(LlamaEngine.MODEL, prompt));

      EngineCounters.Counts truth = engine().counts();
      assertThat(truth.completed()).isEqualTo(5);
      assertThat(truth.completionTokens()).isGreaterThanOrEqualTo(9 + 6 + 6 + 2);
      assertThat(site().control().usage().path("prompt_tokens").asLong())
          .isEqualTo(truth.promptTokens());
      assertThat(site().control().usage().path("completion_tokens").asLong())
          .isEqualTo(truth.completionTokens());
      assertThat(site().control().usage().path("estimated").asLong()).isZero();
    }

    private void ask(String path, String body) throws IOException {
      try (RawHttp client = RawHttp.connect(site().api())) {
        client.send(
            RawHttp.request(
                "POST", path, List.of("Authorization: Bearer " + target().key()), body));
        RawResponse response = client.read();
        assertThat(response.status()).as(response.text()).isEqualTo(200);
      }
    }
  }

  /** An engine and a site in front of it, which run while a class of tests does. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Running {
    private final String kind;
    private final LlamaEngine.Settings settings;
    private Optional<LlamaEngine> engine = Optional.empty();
    private Optional<SiteProcess> site = Optional.empty();
    private String key = "";

    Running(String kind, LlamaEngine.Settings settings) {
      this.kind = kind;
      this.settings = settings;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
      LlamaEngine running = LlamaEngine.start(folder, settings);
      engine = Optional.of(running);
      SiteFile file =
          SiteFile.bare()
              .withModel(LlamaEngine.MODEL, kind, running.url(), "llamacpp", settings.slots());
      SiteProcess started = SiteProcess.serve(folder, file);
      site = Optional.of(started);
      key = started.control().newKey("lab", "tests");
    }

    @AfterAll
    void stop() throws IOException {
      site.ifPresent(SiteProcess::close);
      engine.orElseThrow().close();
    }

    LlamaEngine engine() {
      return engine.orElseThrow();
    }

    SiteProcess site() {
      return site.orElseThrow();
    }

    public SdkTarget target() {
      String model = LlamaEngine.MODEL;
      return new SdkTarget(site().api(), key, model, model, model);
    }
  }
}
