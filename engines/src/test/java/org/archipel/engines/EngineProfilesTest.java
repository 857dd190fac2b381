package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSpeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineProfilesTest {
  private static EngineSpec spec(EngineType type, OptionalInt declared, Optional<Hardware> on) {
    return new EngineSpec(
        "e",
        URI.create("http://e:8000"),
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "univ",
        on,
        declared,
        Optional.empty());
  }

  private static Capabilities reporting(OptionalInt slots, long kvTokens) {
    return new Capabilities(
        Optional.empty(),
        OptionalInt.empty(),
        slots,
        true,
        kvTokens == 0 ? OptionalLong.empty() : OptionalLong.of(kvTokens),
        PrioritySense.NONE);
  }

  private static EngineCapacity capacity(EngineType type, int declared, int reported) {
    OptionalInt most = declared == 0 ? OptionalInt.empty() : OptionalInt.of(declared);
    OptionalInt slots = reported == 0 ? OptionalInt.empty() : OptionalInt.of(reported);
    return EngineProfiles.of(spec(type, most, Optional.empty()), reporting(slots, 0)).capacity();
  }

  @ParameterizedTest(name = "{0}, declared {1}, reported {2}: {3}")
  @CsvSource({
    "VLLM, 0, 0, 32",
    "VLLM, 64, 0, 64",
    "SGLANG, 0, 96, 96",
    "SGLANG, 7, 96, 7",
    "SGLANG, 200, 96, 96",
    "LLAMACPP, 0, 4, 4",
    "LLAMACPP, 64, 4, 4",
    "LLAMACPP, 2, 4, 2",
    "LLAMACPP, 0, 0, 32",
    "OLLAMA, 0, 0, 1",
    "OLLAMA, 4, 0, 4",
    "OPENAI, 0, 0, 32",
  })
  void limitIsWhatIsDeclaredButNeverMoreThanTheEngineRuns(
      EngineType type, int declared, int reported, int expected) {
    assertThat(capacity(type, declared, reported).maxConcurrency()).isEqualTo(expected);
  }

  @Test
  void nothingMayWaitInsideEnginesWithSlots() {
    for (EngineType type : EngineType.values()) {
      boolean slots = type == EngineType.LLAMACPP || type == EngineType.OLLAMA;
      assertThat(capacity(type, 1, 0).slots()).as("%s", type).isEqualTo(slots);
    }
  }

  @Test
  void profileCarriesOwnerCacheAndSpeed() {
    Optional<Hardware> hardware = Optional.of(new Hardware("l4", 1));
    EngineProfile profile =
        EngineProfiles.of(
            spec(EngineType.VLLM, OptionalInt.of(8), hardware),
            reporting(OptionalInt.empty(), 440_000));

    assertThat(profile.engine()).isEqualTo("e");
    assertThat(profile.owner()).isEqualTo("univ");
    assertThat(profile.capacity()).isEqualTo(new EngineCapacity(8, 440_000, false));
    assertThat(profile.speed().prefillTokensPerSecond()).isCloseTo(2_500, within(1e-6));
  }

  @Test
  void anchorsOfTheTableAreThoseOfItsSource() {
    assertThat(prefill("h100-sxm", 1)).isCloseTo(15_000, within(1e-6));
    assertThat(prefill("l4", 1)).isCloseTo(2_500, within(1e-6));
    assertThat(prefill("altra-max", 1)).isCloseTo(150, within(1e-6));
    // ML.ENERGY v3: 7.3 ms at 8 and 26.1 ms at 256 sequences of Llama 3.1 8B, here with longer
    // contexts.
    EngineSpeed h100 = HardwareSpeeds.of(new Hardware("h100-sxm", 1));
    assertThat(interToken(h100, 8)).isBetween(0.007, 0.009);
    assertThat(interToken(h100, 256)).isBetween(0.026, 0.045);
  }

  private static double interToken(EngineSpeed speed, int batch) {
    return speed.interTokenBaseSeconds() + batch * speed.interTokenPerSequenceSeconds();
  }

  private static double prefill(String device, int count) {
    return HardwareSpeeds.of(new Hardware(device, count)).prefillTokensPerSecond();
  }

  @Test
  void fasterHardwareIsFasterInEverything() {
    String[] fromSlow = {"altra", "l4", "l40s", "a100-sxm", "h100-sxm", "b200"};
    for (int i = 1; i < fromSlow.length; i++) {
      EngineSpeed slow = HardwareSpeeds.of(new Hardware(fromSlow[i - 1], 1));
      EngineSpeed fast = HardwareSpeeds.of(new Hardware(fromSlow[i], 1));
      assertThat(fast.prefillTokensPerSecond())
          .as(fromSlow[i])
          .isGreaterThan(slow.prefillTokensPerSecond());
      assertThat(interToken(fast, 16)).as(fromSlow[i]).isLessThan(interToken(slow, 16));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h100", "H100", "nvidia-h100-80gb-hbm3", "NVIDIA H100 80GB", "h100_sxm"})
  void namesAreReadLoosely(String device) {
    assertThat(HardwareSpeeds.of(new Hardware(device, 1)))
        .isEqualTo(HardwareSpeeds.of(new Hardware("h100-sxm", 1)));
  }

  @Test
  void oneDevicesNameInsideAnothersIsNoMatch() {
    assertThat(prefill("l40s", 1)).isGreaterThan(prefill("l4", 1));
    assertThat(prefill("h100-pcie", 1)).isLessThan(prefill("h100-sxm", 1));
    assertThat(HardwareSpeeds.of(new Hardware("l400", 1))).isEqualTo(EngineSpeed.UNKNOWN);
    assertThat(HardwareSpeeds.of(new Hardware("abacus", 3))).isEqualTo(EngineSpeed.UNKNOWN);
  }

  @Test
  void severalDevicesAreAsManyTimesAsFast() {
    EngineSpeed one = HardwareSpeeds.of(new Hardware("h100-sxm", 1));
    EngineSpeed four = HardwareSpeeds.of(new Hardware("h100-sxm", 4));
    assertThat(four.prefillTokensPerSecond()).isEqualTo(4 * one.prefillTokensPerSecond());
    assertThat(four.interTokenBaseSeconds()).isEqualTo(one.interTokenBaseSeconds() / 4);
  }

  @ParameterizedTest(name = "{0}, declared {1}, reported {2}: {3}")
  @CsvSource({
    "VLLM, , , NONE",
    "VLLM, true, , LOWER_FIRST",
    "VLLM, false, , NONE",
    "SGLANG, , , NONE",
    "SGLANG, , HIGHER_FIRST, HIGHER_FIRST",
    "SGLANG, , LOWER_FIRST, LOWER_FIRST",
    "SGLANG, true, , HIGHER_FIRST",
    "SGLANG, true, LOWER_FIRST, LOWER_FIRST",
    "SGLANG, true, NONE, NONE",
    "SGLANG, false, HIGHER_FIRST, NONE",
    "LLAMACPP, true, , NONE",
    "OLLAMA, true, , NONE",
    "OPENAI, true, , NONE",
  })
  void priorityIsDeclaredForVllmAndReportedBySglang(
      EngineType type, Boolean declared, PrioritySense reported, PrioritySense expected) {
    assertThat(
            PrioritySense.resolve(
                type, Optional.ofNullable(declared), Optional.ofNullable(reported)))
        .isEqualTo(expected);
  }
}
