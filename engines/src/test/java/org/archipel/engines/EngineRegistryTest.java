package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineRegistryTest {
  static final RegistryOptions FAST =
      new RegistryOptions(
          Duration.ofMillis(20),
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          Duration.ofSeconds(5),
          2,
          1,
          Duration.ofHours(1));

  /** An engine that is up is not looked at again during a test, one that is down is. */
  private static final RegistryOptions SELDOM_WHEN_UP =
      new RegistryOptions(
          Duration.ofHours(1),
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          Duration.ofSeconds(5),
          2,
          1,
          Duration.ofHours(1));

  private static final RegistryOptions SELDOM =
      new RegistryOptions(
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofSeconds(5),
          2,
          1,
          Duration.ofHours(1));

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final RecordingListener listener = new RecordingListener();
  private Optional<EngineRegistry> running = Optional.empty();

  @AfterEach
  void close() {
    running.ifPresent(EngineRegistry::close);
    assertThat(listener.wrong()).isEmpty();
  }

  private EngineRegistry registry(RegistryOptions options, ModelSpec... models) {
    EngineRegistry registry =
        new EngineRegistry(List.of(models), List.of(), Clock.fixed(NOON, ZoneOffset.UTC), options);
    registry.subscribe(listener);
    running = Optional.of(registry);
    return registry;
  }

  private static EngineSpec vllm(FakeEngine engine) {
    return Specs.engine("gpu1", EngineType.VLLM, engine.url());
  }

  private static boolean isUp(EngineRegistry registry, String model, String engine) {
    return registry.status(model, engine).map(EngineStatus::up).orElse(false);
  }

  private static String problem(EngineRegistry registry, String model) {
    return registry.status(model, "gpu1").flatMap(EngineStatus::problem).orElse("");
  }

  @Test
  void engineThatIsUpIsReported() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1")) {
      EngineRegistry registry = registry(FAST, Specs.model("m", List.of("m-alias"), vllm(engine)));
      registry.start();

      assertThat(registry.awaitFirstProbes(Duration.ofSeconds(10))).isTrue();
      assertThat(listener.heard()).containsExactly("up m@gpu1");
      EngineStatus status = registry.status("m", "gpu1").orElseThrow();
      assertThat(status.up()).isTrue();
      assertThat(status.since()).isEqualTo(NOON);
      assertThat(status.problem()).isEmpty();
      assertThat(status.capabilities().version()).contains("0.30.1");
      assertThat(registry.contextWindow("m-alias")).hasValue(4096);
      assertThat(registry.find("m-alias")).isEqualTo(registry.find("m"));
    }
  }

  @Test
  void beforeTheFirstProbeEverythingIsDownAndKnown() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(FAST, Specs.model("m", vllm(engine)));

      assertThat(registry.find("m")).isPresent();
      assertThat(problem(registry, "m")).isEqualTo("not probed yet");
      assertThat(registry.find("other")).isEmpty();
      assertThat(registry.status("other", "gpu1")).isEmpty();
      assertThat(registry.status("m", "other")).isEmpty();
      assertThat(registry.contextWindow("other")).isEmpty();
    }
  }

  @Test
  void engineDownAtStartComesByItself() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      engine.stop();
      EngineRegistry registry = registry(FAST, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> problem(registry, "m").startsWith("connection refused"));
      assertThat(listener.heard()).isEmpty();

      engine.start();
      await().until(() -> isUp(registry, "m", "gpu1"));
      assertThat(listener.heard()).containsExactly("up m@gpu1");
    }
  }

  @Test
  void restartWithAnotherVersionIsNoticed() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1.0")) {
      EngineRegistry registry = registry(FAST, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      engine.stop();
      await().until(() -> !isUp(registry, "m", "gpu1"));
      engine.asVllm("m", 8192, "2.0").start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      assertThat(listener.heard()).containsExactly("up m@gpu1", "down m@gpu1", "up m@gpu1");
      assertThat(registry.status("m", "gpu1").orElseThrow().capabilities().version())
          .contains("2.0");
      assertThat(listener.up().values())
          .extracting(Capabilities::version)
          .containsExactly(Optional.of("2.0"));
      assertThat(registry.contextWindow("m")).hasValue(8192);
    }
  }

  @Test
  void changeBetweenTwoProbesIsReportedWithoutGoingDown() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1.0")) {
      EngineRegistry registry = registry(FAST, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      engine.asVllm("m", 4096, "1.1");
      await().until(() -> listener.heard().size() > 1);
      assertThat(listener.heard()).containsExactly("up m@gpu1", "up m@gpu1");
      assertThat(registry.status("m", "gpu1").orElseThrow().capabilities().version())
          .contains("1.1");
      assertThat(listener.up().values())
          .extracting(Capabilities::version)
          .containsExactly(Optional.of("1.1"));
    }
  }

  @Test
  void oneFailedProbeTakesNothingDown() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry =
          registry(
              new RegistryOptions(
                  Duration.ofMillis(10),
                  Duration.ofHours(1),
                  Duration.ofHours(1),
                  Duration.ofSeconds(5),
                  2,
                  1,
                  Duration.ofHours(1)),
              Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      // The probe that confirms the failure is an hour away.
      engine.on("/health", 500, "");
      int asked = engine.asked().size();
      await().until(() -> engine.asked().subList(asked, engine.asked().size()).contains("/health"));
      assertThat(isUp(registry, "m", "gpu1")).isTrue();
      assertThat(listener.heard()).containsExactly("up m@gpu1");
    }
  }

  @Test
  void unreachableTakesDownAtOnceAndProbesUntilItAnswers() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(SELDOM_WHEN_UP, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      engine.stop();
      registry.unreachable("m", "gpu1", "connection reset");
      await().until(() -> problem(registry, "m").startsWith("connection refused"));
      engine.start();
      await().until(() -> isUp(registry, "m", "gpu1"));
      assertThat(listener.heard()).containsExactly("up m@gpu1", "down m@gpu1", "up m@gpu1");
    }
  }

  @Test
  void manyReportsOfOneFailureCountOnce() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(SELDOM, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      for (int i = 0; i < 1_000; i++) {
        registry.unreachable("m", "gpu1", "connection reset");
      }
      await().until(() -> !isUp(registry, "m", "gpu1"));
      registry.unreachable("m", "gpu1", "once more");
      registry.unreachable("m", "nowhere", "x");
      registry.unreachable("nothing", "gpu1", "x");

      assertThat(problem(registry, "m")).isEqualTo("connection reset");
      assertThat(listener.heard()).containsExactly("up m@gpu1", "down m@gpu1");
    }
  }

  @Test
  void wrongModelNameKeepsAnEngineAway() {
    try (FakeEngine engine = FakeEngine.vllm("org/m", 4096, "1")) {
      EngineRegistry registry =
          registry(
              FAST,
              Specs.model("m", vllm(engine)),
              Specs.model("n", Specs.named(vllm(engine), "org/m")));
      registry.start();

      await().until(() -> isUp(registry, "n", "gpu1"));
      await().until(() -> problem(registry, "m").startsWith("serves [org/m] but not m"));
      assertThat(listener.heard()).containsExactly("up n@gpu1");
    }
  }

  @Test
  void silentEngineDelaysNeitherTheStartNorTheOthers() throws InterruptedException {
    try (FakeEngine silent = FakeEngine.vllm("m", 4096, "1").silent(true);
        FakeEngine engine = FakeEngine.vllm("n", 4096, "1")) {
      EngineRegistry registry =
          registry(
              FAST,
              Specs.model("m", Specs.engine("gpu2", EngineType.VLLM, silent.url())),
              Specs.model("n", vllm(engine)));
      registry.start();

      await().until(() -> isUp(registry, "n", "gpu1"));
      assertThat(registry.awaitFirstProbes(Duration.ofMillis(1))).isFalse();
      assertThat(registry.status("m", "gpu2").orElseThrow().problem()).contains("not probed yet");
    }
  }

  @Test
  void engineThatFallsSilentGoesDownAndComesBack() {
    RegistryOptions impatient =
        new RegistryOptions(
            Duration.ofMillis(20),
            Duration.ofMillis(10),
            Duration.ofMillis(40),
            Duration.ofMillis(200),
            2,
            1,
            Duration.ofHours(1));
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(impatient, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      engine.silent(true);
      await().until(() -> problem(registry, "m").startsWith("connected, but no answer"));
      engine.silent(false);
      await().until(() -> isUp(registry, "m", "gpu1"));
    }
  }

  @Test
  void lateListenerHearsOfWhatIsUpDuringItsCall() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(SELDOM, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      RecordingListener late = new RecordingListener();
      registry.subscribe(late);
      assertThat(late.heard()).containsExactly("up m@gpu1");
    }
  }

  @Test
  void listenerThatThrowsHarmsNobody() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry =
          new EngineRegistry(
              List.of(Specs.model("m", vllm(engine))), List.of(), Clock.systemUTC(), FAST);
      running = Optional.of(registry);
      registry.subscribe(
          new EngineListener() {
            @Override
            public void engineUp(String model, EngineSpec spec, Capabilities capabilities) {
              throw new IllegalStateException("on purpose");
            }

            @Override
            public void engineDown(String model, String id) {
              throw new IllegalStateException("on purpose");
            }
          });
      registry.subscribe(listener);
      registry.start();

      await().until(() -> listener.heard().contains("up m@gpu1"));
      engine.stop();
      await().until(() -> listener.heard().contains("down m@gpu1"));
    }
  }

  @Test
  void listenerFindsTheModelThatItHearsOf() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry =
          new EngineRegistry(
              List.of(),
              List.of(DiscoveryTarget.of(engine.url(), "univ")),
              Clock.systemUTC(),
              FAST);
      running = Optional.of(registry);
      List<Boolean> known = new CopyOnWriteArrayList<>();
      registry.subscribe(
          new EngineListener() {
            @Override
            public void engineUp(String model, EngineSpec spec, Capabilities capabilities) {
              known.add(registry.find(model).isPresent() && isUp(registry, model, spec.id()));
            }

            @Override
            public void engineDown(String model, String id) {
              known.add(!isUp(registry, model, id));
            }
          });
      registry.start();
      await().until(() -> known.size() == 1);
      engine.stop();
      await().until(() -> known.size() == 2);
      assertThat(known).containsExactly(true, true);
    }
  }

  @Test
  void afterCloseNothingHappens() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry = registry(FAST, Specs.model("m", vllm(engine)));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));
      registry.close();
      List<String> heard = listener.heard();

      registry.unreachable("m", "gpu1", "x");
      registry.close();
      assertThat(isUp(registry, "m", "gpu1")).isTrue();
      assertThat(listener.heard()).isEqualTo(heard);
    }
  }

  @Test
  void startsOnce() {
    EngineRegistry registry = registry(FAST);
    registry.start();

    assertThatIllegalStateException().isThrownBy(registry::start);
  }

  @Test
  void configuredContextWindowWinsOverReported() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      EngineRegistry registry =
          registry(
              FAST,
              new ModelSpec(
                  "m", List.of(), ModelKind.CHAT, OptionalInt.of(1000), List.of(vllm(engine))));
      registry.start();
      await().until(() -> isUp(registry, "m", "gpu1"));

      assertThat(registry.contextWindow("m")).hasValue(1000);
    }
  }
}
