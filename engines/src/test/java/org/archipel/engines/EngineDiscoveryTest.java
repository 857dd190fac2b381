package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineDiscoveryTest {
  private final EngineDiscovery discovery = new EngineDiscovery(Duration.ofSeconds(10));

  @AfterEach
  void close() {
    discovery.close();
  }

  @Test
  void findsVllm() throws Exception {
    try (FakeEngine engine = FakeEngine.vllm("BAAI/bge-m3", 8192, "0.30.1")) {
      Discovery found = discovery.discover(engine.url());

      assertThat(found.type()).isEqualTo(EngineType.VLLM);
      assertThat(found.version()).contains("0.30.1");
      assertThat(found.metrics()).isTrue();
      assertThat(found.models())
          .containsExactly(
              new DiscoveredModel("BAAI/bge-m3", ModelKind.EMBEDDING, OptionalInt.of(8192)));
    }
  }

  @Test
  void findsSglangAndBelievesItThatAModelOnlyEmbeds() throws Exception {
    try (FakeEngine engine =
        FakeEngine.sglang("plain-name")
            .on("/get_model_info", 200, "{\"model_path\":\"x\",\"is_generation\":false}")) {
      Discovery found = discovery.discover(engine.url());

      assertThat(found.type()).isEqualTo(EngineType.SGLANG);
      assertThat(found.slots()).hasValue(96);
      assertThat(found.models().getFirst().kind()).isEqualTo(ModelKind.EMBEDDING);
    }
  }

  @Test
  void findsLlamaCpp() throws Exception {
    try (FakeEngine engine = FakeEngine.llamaCpp("tiny")) {
      Discovery found = discovery.discover(engine.url());

      assertThat(found.type()).isEqualTo(EngineType.LLAMACPP);
      assertThat(found.slots()).hasValue(4);
      assertThat(found.models())
          .containsExactly(new DiscoveredModel("tiny", ModelKind.CHAT, OptionalInt.of(8192)));
    }
  }

  @Test
  void findsOllamaWithTheKindThatItTells() throws Exception {
    try (FakeEngine engine = FakeEngine.ollama()) {
      Discovery found = discovery.discover(engine.url());

      assertThat(found.type()).isEqualTo(EngineType.OLLAMA);
      assertThat(found.version()).contains("0.34.3");
      assertThat(found.models())
          .containsExactly(
              new DiscoveredModel("llama3:latest", ModelKind.CHAT, OptionalInt.of(4096)),
              new DiscoveredModel("nomic-text:v1", ModelKind.EMBEDDING, OptionalInt.of(2048)));
    }
  }

  @Test
  void anythingWithAModelListIsOpenAi() throws Exception {
    try (FakeEngine engine = FakeEngine.openAi("{\"id\":\"whisper-large-v3\"}")) {
      Discovery found = discovery.discover(engine.url());

      assertThat(found.type()).isEqualTo(EngineType.OPENAI);
      assertThat(found.models().getFirst().kind()).isEqualTo(ModelKind.TRANSCRIPTION);
    }
  }

  @Test
  void acceptsWhatPeoplePaste() throws Exception {
    try (FakeEngine engine = FakeEngine.vllm("m", 1, "1")) {
      for (String tail : new String[] {"/", "/v1", "/v1/"}) {
        assertThat(discovery.discover(URI.create(engine.url() + tail)).type())
            .isEqualTo(EngineType.VLLM);
      }
    }
  }

  @Test
  void refusesWhatIsNoUrlOfAnEngine() {
    for (String url :
        new String[] {"gpu1:8000", "/v1", "ftp://gpu1", "http:///x", "http://gpu1/?a=b"}) {
      assertThatIllegalArgumentException()
          .as(url)
          .isThrownBy(() -> discovery.discover(URI.create(url)))
          .withMessageStartingWith("url: ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> discovery.discover(URI.create("http://me:hunter2@gpu1:8000")))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }

  @Test
  void asksWithTheTargetsKey() throws Exception {
    try (FakeEngine engine = FakeEngine.vllm("m", 1, "1").requiringKey("k")) {
      assertThatExceptionOfType(EngineProblemException.class)
          .isThrownBy(() -> discovery.discover(engine.url()))
          .withMessage("answers 401: set api_key");

      DiscoveryTarget target =
          new DiscoveryTarget(engine.url(), Optional.of("k"), Optional.empty(), "univ");
      assertThat(discovery.discover(target).models()).hasSize(1);
    }
  }

  @Test
  void serverThatIsNoEngineIsTold() {
    try (FakeEngine engine = new FakeEngine().on("/", 200, "It works!")) {
      assertThatExceptionOfType(EngineProblemException.class)
          .isThrownBy(() -> discovery.discover(engine.url()))
          .withMessageStartingWith("answers, but like no engine that is known");
    }
  }

  @Test
  void loadingEngineIsTold() {
    try (FakeEngine engine = new FakeEngine().on("/v1/models", 503, "{}")) {
      assertThatExceptionOfType(EngineProblemException.class)
          .isThrownBy(() -> discovery.discover(engine.url()))
          .withMessageStartingWith("loading the model (503)");
    }
  }

  @Test
  void listsAreCutAtASaneLength() throws Exception {
    StringBuilder entries = new StringBuilder("{\"id\":\"m\"}");
    for (int i = 0; i < 5_000; i++) {
      entries.append(",{\"id\":\"m").append(i).append("\"}");
    }
    try (FakeEngine engine = FakeEngine.openAi(entries.toString())) {
      assertThat(discovery.discover(engine.url()).models()).hasSize(500);
    }
  }
}
