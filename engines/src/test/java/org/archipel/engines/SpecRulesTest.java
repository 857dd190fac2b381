package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SpecRulesTest {
  private static final EngineSpec GPU1 =
      Specs.engine("gpu1", EngineType.VLLM, URI.create("http://gpu1:8000"));

  private static void refuses(String message, ModelSpec... models) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpecRules.check(List.of(models)))
        .withMessage(message);
  }

  @Test
  void modelsWithNamesOfTheirOwnAreAccepted() {
    assertThatCode(
            () ->
                SpecRules.check(
                    List.of(
                        Specs.model("a", List.of("x"), GPU1),
                        Specs.model("b", List.of("y"), GPU1))))
        .doesNotThrowAnyException();
  }

  @Test
  void modelTwice() {
    refuses("models: a twice (expected: each id once)", Specs.model("a"), Specs.model("a"));
  }

  @Test
  void aliasThatIsAnotherModelsIdOrAlias() {
    refuses(
        "aliases of a: b (expected: a name that is not taken; it means b)",
        Specs.model("a", List.of("b")),
        Specs.model("b"));
    refuses(
        "aliases of b: x (expected: a name that is not taken; it means a)",
        Specs.model("a", List.of("x")),
        Specs.model("b", List.of("x")));
    refuses(
        "aliases of a: a (expected: a name that is not taken; it means a)",
        Specs.model("a", List.of("a")));
  }

  @Test
  void engineTwiceOrWithTwoUrls() {
    refuses("engines of a: gpu1 twice (expected: each id once)", Specs.model("a", GPU1, GPU1));
    refuses(
        "engine gpu1 of b: http://gpu2:8000 (expected: http://gpu1:8000, as for another model, or"
            + " another id)",
        Specs.model("a", GPU1),
        Specs.model("b", Specs.engine("gpu1", EngineType.VLLM, URI.create("http://gpu2:8000"))));
  }

  @Test
  void engineIdThatFitsNoHeader() {
    refuses(
        "engine id of a: \"gpu 1\" (expected: 1 to 128 printable ASCII characters without spaces)",
        Specs.model("a", Specs.engine("gpu 1", EngineType.VLLM, GPU1.url())));
  }

  @Test
  void urlThatIsNoBase() {
    refuses(
        "url: http://gpu1:8000/v1 (expected: http://HOST:PORT or https://HOST:PORT, without user,"
            + " query, /v1 or final slash)",
        Specs.model("a", Specs.engine("e", EngineType.VLLM, URI.create("http://gpu1:8000/v1"))));
  }

  @Test
  void concurrencyOfNothing() {
    EngineSpec none =
        new EngineSpec(
            "e",
            GPU1.url(),
            EngineType.VLLM,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "univ",
            Optional.empty(),
            0);
    refuses("max_concurrency of e: 0 (expected: >= 1)", Specs.model("a", none));
  }

  @Test
  void prioritiesWhereTheirSenseIsUnknown() {
    EngineSpec plain =
        new EngineSpec(
            "e",
            GPU1.url(),
            EngineType.OPENAI,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "univ",
            Optional.empty(),
            OptionalInt.empty(),
            Optional.of(true));
    refuses(
        "priority_scheduling of e: true (expected: only with type vllm or sglang)",
        Specs.model("a", plain));
  }

  @Test
  void optionsOutOfRange() {
    RegistryOptions d = RegistryOptions.DEFAULTS;
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RegistryOptions(
                    d.whenUp(),
                    d.whenDownFirst(),
                    d.whenDownMost(),
                    d.probeLimit(),
                    0,
                    1,
                    Duration.ofHours(1)))
        .withMessage("failuresBeforeDown: 0 (expected: >= 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RegistryOptions(
                    d.whenUp(),
                    d.whenDownFirst(),
                    Duration.ofMillis(1),
                    d.probeLimit(),
                    2,
                    1,
                    Duration.ofHours(1)))
        .withMessage("whenDownMost: PT0.001S (expected: >= PT1S)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RegistryOptions(
                    Duration.ZERO,
                    d.whenDownFirst(),
                    d.whenDownMost(),
                    d.probeLimit(),
                    2,
                    1,
                    Duration.ofHours(1)))
        .withMessage("whenUp: PT0S (expected: > 0)");
  }
}
