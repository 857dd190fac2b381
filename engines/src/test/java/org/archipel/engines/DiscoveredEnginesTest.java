package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveredEnginesTest {
  private final RecordingListener listener = new RecordingListener();
  private Optional<EngineRegistry> running = Optional.empty();

  @AfterEach
  void close() {
    running.ifPresent(EngineRegistry::close);
    assertThat(listener.wrong()).isEmpty();
  }

  private EngineRegistry registry(List<ModelSpec> models, URI... urls) {
    List<DiscoveryTarget> targets =
        Arrays.stream(urls).map(url -> DiscoveryTarget.of(url, "univ")).toList();
    EngineRegistry registry =
        new EngineRegistry(models, targets, Clock.systemUTC(), EngineRegistryTest.FAST);
    registry.subscribe(listener);
    registry.start();
    running = Optional.of(registry);
    return registry;
  }

  private static String id(FakeEngine engine) {
    return "127.0.0.1:" + engine.url().getPort();
  }

  private static boolean isUp(EngineRegistry registry, String model, FakeEngine engine) {
    return registry.status(model, id(engine)).map(EngineStatus::up).orElse(false);
  }

  @Test
  void modelsAppearWhenTheirEngineDoes() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      engine.stop();
      EngineRegistry registry = registry(List.of(), engine.url());
      assertThat(registry.models()).isEmpty();

      engine.start();
      await().until(() -> isUp(registry, "m", engine));
      ModelSpec model = registry.find("m").orElseThrow();
      assertThat(model.kind()).isEqualTo(ModelKind.CHAT);
      assertThat(registry.contextWindow("m")).hasValue(4096);
      assertThat(model.engines())
          .singleElement()
          .satisfies(
              spec -> {
                assertThat(spec.id()).isEqualTo(id(engine));
                assertThat(spec.type()).isEqualTo(EngineType.VLLM);
                assertThat(spec.owner()).isEqualTo("univ");
                assertThat(spec.upstreamModel()).isEmpty();
                assertThat(spec.maxConcurrency()).isEqualTo(EngineSpec.DEFAULT_MAX_CONCURRENCY);
              });
    }
  }

  @Test
  void sameModelAtTwoUrlsIsOneModelWithTwoEngines() {
    try (FakeEngine one = FakeEngine.vllm("m", 4096, "1");
        FakeEngine other = FakeEngine.sglang("m")) {
      EngineRegistry registry = registry(List.of(), one.url(), other.url(), one.url());
      await().until(() -> isUp(registry, "m", one) && isUp(registry, "m", other));

      assertThat(registry.models()).hasSize(1);
      assertThat(registry.find("m").orElseThrow().engines())
          .extracting(EngineSpec::id)
          .containsExactlyInAnyOrder(id(one), id(other));
      assertThat(registry.contextWindow("m")).hasValue(32768);
    }
  }

  @Test
  void ollamasLatestHasItsShortNameAndRunsOneRequestAtATime() {
    try (FakeEngine engine = FakeEngine.ollama()) {
      EngineRegistry registry = registry(List.of(), engine.url());
      await().until(() -> isUp(registry, "llama3", engine));

      ModelSpec model = registry.find("llama3").orElseThrow();
      assertThat(model.id()).isEqualTo("llama3:latest");
      assertThat(model.aliases()).containsExactly("llama3");
      assertThat(model.engines().getFirst().maxConcurrency()).isEqualTo(1);
      assertThat(registry.models())
          .extracting(ModelSpec::id)
          .containsExactly("llama3:latest", "nomic-text:v1");
      assertThat(registry.find("nomic-text:v1").orElseThrow().kind())
          .isEqualTo(ModelKind.EMBEDDING);
    }
  }

  @Test
  void nameThatIsAModelElsewhereIsNoAliasHere() {
    try (FakeEngine ollama = FakeEngine.ollama();
        FakeEngine vllm = FakeEngine.vllm("llama3", 4096, "1")) {
      EngineRegistry registry = registry(List.of(), ollama.url(), vllm.url());
      await()
          .until(() -> isUp(registry, "llama3:latest", ollama) && isUp(registry, "llama3", vllm));

      assertThat(registry.find("llama3").orElseThrow().id()).isEqualTo("llama3");
      assertThat(registry.find("llama3:latest").orElseThrow().aliases()).isEmpty();
    }
  }

  @Test
  void fileOfLlamaCppIsCalledWithoutItsFolder() {
    try (FakeEngine engine = FakeEngine.llamaCpp("/srv/models/tiny-q4.gguf")) {
      EngineRegistry registry = registry(List.of(), engine.url());
      await().until(() -> isUp(registry, "tiny-q4", engine));

      EngineSpec spec = registry.find("tiny-q4").orElseThrow().engines().getFirst();
      assertThat(spec.upstreamModel()).contains("/srv/models/tiny-q4.gguf");
      Capabilities found = registry.status("tiny-q4", spec.id()).orElseThrow().capabilities();
      assertThat(EngineProfiles.of(spec, found).capacity().maxConcurrency()).isEqualTo(4);
    }
  }

  @Test
  void discoveredEngineJoinsTheConfiguredModelOfThatNameOrAlias() {
    try (FakeEngine configured = FakeEngine.vllm("mistral", 4096, "1");
        FakeEngine found = FakeEngine.vllm("mistral-old-name", 8192, "1")) {
      EngineSpec spec = Specs.engine("gpu1", EngineType.VLLM, configured.url());
      ModelSpec model = Specs.model("mistral", List.of("mistral-old-name"), spec);
      EngineRegistry registry = registry(List.of(model), found.url(), configured.url());
      await().until(() -> isUp(registry, "mistral", found));
      await().until(() -> registry.status("mistral", "gpu1").orElseThrow().up());

      assertThat(registry.models()).hasSize(1);
      assertThat(registry.find("mistral").orElseThrow().engines())
          .extracting(EngineSpec::id)
          .containsExactly("gpu1", id(found));
      assertThat(registry.find("mistral").orElseThrow().engines().get(1).upstreamModel())
          .contains("mistral-old-name");
    }
  }

  @Test
  void otherTypeAndOtherModelAfterARestartAreNoticed() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(List.of(), engine.url());
      await().until(() -> isUp(registry, "m", engine));

      engine
          .without("/health")
          .without("/version")
          .without("/metrics")
          .on("/v1/models", 200, "{\"data\":[{\"id\":\"n\"}]}");
      // A look that began before the last change above may still find the old type.
      await()
          .untilAsserted(
              () ->
                  assertThat(registry.find("n"))
                      .hasValueSatisfying(
                          n ->
                              assertThat(n.engines().getFirst().type())
                                  .isEqualTo(EngineType.OPENAI)));
      await().until(() -> isUp(registry, "n", engine));
      assertThat(registry.status("m", id(engine)).orElseThrow().problem())
          .contains("the engine no longer serves m");
      assertThat(listener.up()).containsOnlyKeys("n@" + id(engine));
    }
  }

  @Test
  void unreachableTakesAllModelsOfTheEngineDown() {
    try (FakeEngine engine = FakeEngine.ollama()) {
      EngineRegistry registry = registry(List.of(), engine.url());
      await().until(() -> isUp(registry, "llama3", engine));

      engine.stop();
      registry.unreachable("llama3", id(engine), "connection refused");
      await().until(() -> listener.up().isEmpty());
      assertThat(registry.models()).hasSize(2);
      engine.start();
      await().until(() -> listener.up().size() == 2);
    }
  }

  @Test
  void enginesBehindOneHostAndPortHaveDifferentIds() {
    try (FakeEngine gateway =
        new FakeEngine()
            .on("/a/v1/models", 200, "{\"data\":[{\"id\":\"m\"}]}")
            .on("/b/v1/models", 200, "{\"data\":[{\"id\":\"m\"}]}")) {
      EngineRegistry registry =
          registry(
              List.of(), URI.create(gateway.url() + "/a/v1"), URI.create(gateway.url() + "/b/"));
      await().until(() -> listener.up().size() == 2);

      assertThat(registry.find("m").orElseThrow().engines())
          .extracting(EngineSpec::id)
          .containsExactlyInAnyOrder(id(gateway), id(gateway) + "-2");
    }
  }

  @Test
  void ollamaIsAskedForAModelsDetailsOnce() {
    try (FakeEngine engine = FakeEngine.ollama()) {
      EngineRegistry registry = registry(List.of(), engine.url());
      await().until(() -> isUp(registry, "llama3", engine));
      await().until(() -> engine.asked().stream().filter("/api/tags"::equals).count() > 10);

      assertThat(engine.asked().stream().filter("/api/show"::equals).count()).isEqualTo(2);
    }
  }
}
