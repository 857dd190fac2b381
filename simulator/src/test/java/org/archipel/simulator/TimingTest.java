package org.archipel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Expected values are computed by hand from the published formulas and device figures. */
class TimingTest {
  private static final HardwareTiming H100_8B =
      new HardwareTiming(Device.H100_SXM, 1, ModelShape.LLAMA_8B, Precision.BF16);
  private static final HardwareTiming L4_8B =
      new HardwareTiming(Device.L4, 1, ModelShape.LLAMA_8B, Precision.FP8);

  @Test
  void stepOnH100FollowsTheFit() {
    // 4.856 weights + 0.753 KV + 2.138 layers + 2.528 sequences + 1.618 arithmetic
    assertThat(H100_8B.interTokenMillis(64, 250)).isCloseTo(11.893, within(0.01));
  }

  @Test
  void fitIsNearTheMeasuredSteps() {
    // ML.ENERGY v3, Llama-3.1-8B bf16 on one H100: batch 8 7.3 ms, 64 11.5 ms, 256 26.1 ms. The
    // answers' context is our guess, hence a quarter of tolerance.
    assertThat(H100_8B.interTokenMillis(8, 250)).isCloseTo(7.3, within(1.8));
    assertThat(H100_8B.interTokenMillis(64, 250)).isCloseTo(11.5, within(2.9));
    assertThat(H100_8B.interTokenMillis(256, 250)).isCloseTo(26.1, within(6.5));
  }

  @Test
  void stepElsewhereFollowsTheRoofline() {
    // 8.03 GB / (300 GB/s x 0.8) = 33.458 ms, + 0.067 x 32 + 0.04
    assertThat(L4_8B.interTokenMillis(1, 0)).isCloseTo(35.642, within(0.001));
  }

  @Test
  void firstTokenIsPrefillPlusAttentionPlusOverhead() {
    // 15.6 + 2 x 8.03e9 x 1000 / 72.6e12 (221.21 ms) + 3.61
    assertThat(L4_8B.firstTokenMillis(1000, 0)).isCloseTo(240.42, within(0.01));
  }

  @Test
  void cachedPromptStillReadsTheWeightsOnce() {
    assertThat(L4_8B.firstTokenMillis(1000, 990)).isCloseTo(52.67, within(0.01));
  }

  @Test
  void twoDevicesHalveTheMemoryTime() {
    HardwareTiming two = new HardwareTiming(Device.L4, 2, ModelShape.LLAMA_8B, Precision.FP8);

    assertThat(two.interTokenMillis(1, 0)).isCloseTo(33.458 / 2 + 2.144 + 0.04, within(0.001));
    assertThat(two.device()).isEqualTo("2x l4");
  }

  @Test
  void mixtureOfExpertsReadsMoreOfItsWeightsInLargerBatches() {
    ModelShape moe = ModelShape.QWEN3_30B_A3B;

    // 0.05 + 0.95 / 16 of 61 GB
    assertThat(moe.readBytes(Precision.BF16, 1)).isCloseTo(61e9 * 0.109375, within(1e6));
    assertThat(moe.readBytes(Precision.BF16, 256)).isCloseTo(61e9, within(1e6));
  }

  @Test
  void largestBatchIsThatOfThePublishedTable() {
    HardwareTiming mistralOnH100 =
        new HardwareTiming(Device.H100_SXM, 1, ModelShape.MISTRAL_SMALL_24B, Precision.FP8);
    HardwareTiming large =
        new HardwareTiming(Device.H100_SXM, 4, ModelShape.LLAMA_70B, Precision.BF16);

    assertThat(H100_8B.largestBatch(2048)).isEqualTo(193);
    assertThat(H100_8B.largestBatch(32_768)).isEqualTo(12);
    assertThat(L4_8B.largestBatch(2048)).isEqualTo(35);
    assertThat(mistralOnH100.largestBatch(2048)).isBetween(131, 133);
    assertThat(large.largestBatch(8192)).isEqualTo(48);
  }

  @Test
  void cpuPaysForArithmeticInEveryStep() {
    HardwareTiming altra = new HardwareTiming(Device.ALTRA, 1, ModelShape.LLAMA_1B, Precision.Q4);
    double one = altra.interTokenMillis(1, 0);

    // 15 more sequences: 2 x 1.24e9 x 15 / 0.8e12 = 46.5 ms, + 15 x 0.04
    assertThat(altra.interTokenMillis(16, 0) - one).isCloseTo(47.1, within(0.01));
  }

  @Test
  void fasterHardwareIsFasterInTheDemo() {
    var fleet = DemoEngines.fleet();

    long h100 = fleet.get(0).timing().interTokenNanos(8, 500);
    long l40s = fleet.get(1).timing().interTokenNanos(8, 500);
    assertThat(fleet).hasSize(4);
    assertThat(l40s).isGreaterThan(2 * h100);
    assertThat(fleet.get(0).maxConcurrency()).isGreaterThan(fleet.get(1).maxConcurrency());
  }

  @Test
  void negativeDelayIsRefused() {
    assertThatThrownBy(() -> new FixedTiming(Duration.ofMillis(-1), Duration.ZERO))
        .hasMessage("first_token: PT-0.001S (expected: >= PT0S)");
  }
}
