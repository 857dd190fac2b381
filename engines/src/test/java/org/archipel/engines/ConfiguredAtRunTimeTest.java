package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models and engines that come, change, drain and leave while the registry runs. */
class ConfiguredAtRunTimeTest {
  private final FakeEngine one = FakeEngine.vllm("m", 4096, "1");
  private final FakeEngine two = FakeEngine.vllm("m", 4096, "2");
  private final RecordingListener listener = new RecordingListener();
  private final EngineRegistry registry =
      new EngineRegistry(
          List.of(Specs.model("m", spec("e1", one))),
          List.of(),
          Clock.systemUTC(),
          EngineRegistryTest.FAST);

  @BeforeEach
  void start() {
    registry.subscribe(listener);
    registry.start();
    await().until(() -> isUp("e1"));
  }

  @AfterEach
  void close() {
    registry.close();
    one.close();
    two.close();
    assertThat(listener.wrong()).isEmpty();
  }

  private static EngineSpec spec(String id, FakeEngine engine) {
    return Specs.engine(id, EngineType.VLLM, engine.url());
  }

  private static EngineSpec owned(EngineSpec spec, String owner, int most) {
    return new EngineSpec(
        spec.id(),
        spec.url(),
        spec.type(),
        spec.upstreamModel(),
        spec.apiKey(),
        spec.caCertificates(),
        owner,
        spec.hardware(),
        OptionalInt.of(most),
        Optional.empty());
  }

  private boolean isUp(String engine) {
    return registry.status("m", engine).filter(EngineStatus::up).isPresent();
  }

  private void configure(ModelSpec... models) {
    registry.configure(List.of(models), Set.of());
  }

  @Test
  void addedEngineIsProbedAndUsedAndTheOtherIsNotTouched() {
    configure(Specs.model("m", spec("e1", one), spec("e2", two)));

    assertThat(registry.find("m").orElseThrow().engines()).hasSize(2);
    await().until(() -> isUp("e2"));
    assertThat(listener.heard()).containsExactly("up m@e1", "up m@e2");
  }

  @Test
  void addedModelIsFoundByAllItsNames() {
    two.asVllm("other", 8192, "2");
    configure(
        Specs.model("m", spec("e1", one)),
        Specs.model("other", List.of("another"), spec("e2", two)));

    assertThat(registry.find("another").orElseThrow().id()).isEqualTo("other");
    await().until(() -> listener.heard().contains("up other@e2"));
    configure(
        Specs.model("m", spec("e1", one)), Specs.model("other", List.of("third"), spec("e2", two)));
    assertThat(registry.find("another")).isEmpty();
    assertThat(registry.find("third")).isPresent();
    assertThat(listener.heard()).as("a name is no news of an engine").hasSize(2);
  }

  @Test
  void removedEngineLeavesAndIsNotAskedAgain() {
    configure(Specs.model("m"));

    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "gone m@e1");
    assertThat(registry.find("m").orElseThrow().engines()).isEmpty();
    assertThat(registry.status("m", "e1")).isEmpty();
    registry.unreachable("m", "e1", "a late request failed");
    configure(Specs.model("m", spec("e2", two)));
    await().until(() -> isUp("e2"));
    int asked = one.asked().size();
    int others = two.asked().size();
    await().until(() -> two.asked().size() > others + 20);
    assertThat(one.asked()).hasSizeLessThanOrEqualTo(asked + 1);
  }

  @Test
  void removedModelIsUnknown() {
    configure();

    assertThat(registry.find("m")).isEmpty();
    assertThat(registry.models()).isEmpty();
    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "gone m@e1");
  }

  @Test
  void removedEngineThatWasDownIsGoneWithoutGoingDownAgain() {
    one.stop();
    await().until(() -> !isUp("e1"));
    configure();

    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "gone m@e1");
  }

  @Test
  void drainingEngineIsDownForListenersAndUpForPeople() {
    registry.configure(List.of(Specs.model("m", spec("e1", one))), Set.of("e1"));

    EngineStatus status = registry.status("m", "e1").orElseThrow();
    assertThat(status.up()).isTrue();
    assertThat(status.draining()).isTrue();
    assertThat(status.takesRequests()).isFalse();
    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1");

    // Going down and coming back changes nothing for those who send requests.
    one.stop();
    await().until(() -> !isUp("e1"));
    one.start();
    await().until(() -> isUp("e1"));
    assertThat(listener.heard()).hasSize(2);

    configure(Specs.model("m", spec("e1", one)));
    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "up m@e1");
  }

  @Test
  void lateListenerHearsNothingOfADrainingEngine() {
    registry.configure(List.of(Specs.model("m", spec("e1", one))), Set.of("e1"));
    RecordingListener late = new RecordingListener();
    registry.subscribe(late);

    assertThat(late.heard()).isEmpty();
    configure(Specs.model("m", spec("e1", one)));
    assertThat(late.heard()).containsExactly("up m@e1");
  }

  @Test
  void engineDrainedBeforeItIsFoundGetsNoRequests() {
    registry.configure(List.of(Specs.model("m", spec("e1", one), spec("e2", two))), Set.of("e2"));

    await().until(() -> isUp("e2"));
    assertThat(listener.heard()).containsExactly("up m@e1");
  }

  @Test
  void otherLimitIsToldWithoutAGap() {
    configure(Specs.model("m", owned(spec("e1", one), "univ", 2)));

    assertThat(listener.heard()).containsExactly("up m@e1", "up m@e1");
    assertThat(registry.find("m").orElseThrow().engines().getFirst().maxConcurrency()).isEqualTo(2);
    assertThat(isUp("e1")).isTrue();
  }

  @Test
  void otherOwnerMakesItAnotherEngine() {
    configure(Specs.model("m", owned(spec("e1", one), "lycee", 8)));

    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "gone m@e1", "up m@e1");
  }

  @Test
  void otherUrlIsAnotherEngineUntilItAnswers() {
    configure(Specs.model("m", spec("e1", two)));

    await().until(() -> isUp("e1"));
    assertThat(listener.heard()).containsExactly("up m@e1", "down m@e1", "gone m@e1", "up m@e1");
    assertThat(registry.status("m", "e1").orElseThrow().capabilities().version()).contains("2");
  }

  @Test
  void wrongConfigurationChangesNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                configure(
                    Specs.model("m", spec("e1", one), spec("e2", two)),
                    Specs.model("n", List.of("m"))))
        .withMessageContaining("aliases of n: m");

    assertThat(registry.find("n")).isEmpty();
    assertThat(registry.find("m").orElseThrow().engines()).hasSize(1);
    assertThat(listener.heard()).containsExactly("up m@e1");
  }
}
