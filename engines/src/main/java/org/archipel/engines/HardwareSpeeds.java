package org.archipel.engines;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.archipel.scheduling.EngineSpeed;

/**
 * How fast an engine is expected to be before anything of it was measured, by its hardware.
 *
 * <p>Orders of magnitude for a dense model of 8 billion parameters: which model an engine serves
 * hardly matters, because a pool compares engines that serve the same one, and learns the true
 * figures within minutes.
 *
 * <ul>
 *   <li>Prefill: 15,000 tokens/s on an H100, 2,500 on an L4, 150 on an Arm server (scheduling.md
 *       §5.2). Other devices of the H100's class are scaled from it, and other GPUs from the L4, by
 *       dense bf16 operations times the share of them that prefill reaches: .45 Hopper and newer,
 *       .38 A100, .32 Ada (BLIS), .30 L4 (energy-and-capacity.md §7.1, §7.3).
 *   <li>Time between tokens: the fit of 77 configurations on H100, {@code 1.013 W/BW + 0.0668 ms
 *       per layer} and for each sequence {@code 1.202 kv/BW + 0.0395 ms + 1.557 x 2P/F}, with the
 *       bandwidths and operations of energy-and-capacity.md §4.2 and §7.1, for 1,000 tokens of
 *       context. On Arm: weights of 4 bits at 44 % of the bandwidth, and 0.8 TFLOPS as measured.
 * </ul>
 */
final class HardwareSpeeds {
  private static final double H100_PREFILL = 15_000;
  private static final double H100_TFLOPS = 989;
  private static final double L4_PREFILL = 2_500;
  private static final double L4_USED_TFLOPS = 121 * 0.30;

  // The model of reference: Llama 3.1 8B at 16 bits.
  private static final double PARAMETERS = 8.03e9;
  private static final double WEIGHT_BYTES = 2 * PARAMETERS;
  private static final double LAYERS = 32;
  private static final double KV_BYTES = 1_000 * 131_072.0;

  private record Device(String name, EngineSpeed speed) {}

  /** Longer names first where one begins with another. */
  private static final List<Device> DEVICES =
      List.of(
          new Device("h100-pcie", hopper(2.0, 756)),
          new Device("h100-nvl", hopper(3.94, 835)),
          new Device("h100", hopper(3.35, H100_TFLOPS)),
          new Device("h200", hopper(4.8, H100_TFLOPS)),
          new Device("b200", hopper(7.7, 2_250)),
          new Device("mi300x", hopper(5.3, 1_307)),
          new Device("a100", gpu(2.04, 312, 0.38)),
          new Device("rtx-pro-6000", gpu(1.79, 468, 0.32)),
          new Device("rtx-4090", gpu(1.01, 165, 0.32)),
          new Device("l40s", gpu(0.864, 362, 0.32)),
          new Device("l4", gpu(0.300, 121, 0.30)),
          new Device("altra", new EngineSpeed(150, 0.050, 0.020)));

  private HardwareSpeeds() {}

  /**
   * The start values of that hardware, {@link EngineSpeed#UNKNOWN} for a device that is not in the
   * table. Names are read loosely: {@code H100}, {@code nvidia-h100-80gb-hbm3} and {@code h100-sxm}
   * are one device. Several devices that share a model are as many times as fast.
   */
  static EngineSpeed of(Hardware hardware) {
    return find(hardware.device())
        .map(device -> times(device.speed(), hardware.count()))
        .orElse(EngineSpeed.UNKNOWN);
  }

  /** The table's name of a device, read as loosely; empty when it is not in the table. */
  static Optional<String> name(String device) {
    return find(device).map(Device::name);
  }

  /** The names in the table. */
  static List<String> names() {
    return DEVICES.stream().map(Device::name).sorted().toList();
  }

  /** A device's name without what differs from one who writes it to the other. */
  static String bare(String device) {
    String name = device.toLowerCase(Locale.ROOT).replace(' ', '-').replace('_', '-');
    return name.replaceFirst("^(nvidia|amd|ampere)-", "");
  }

  private static Optional<Device> find(String name) {
    String bare = bare(name);
    return DEVICES.stream()
        .filter(device -> bare.equals(device.name()) || bare.startsWith(device.name() + "-"))
        .findFirst();
  }

  private static EngineSpeed times(EngineSpeed one, int count) {
    return new EngineSpeed(
        count * one.prefillTokensPerSecond(),
        one.interTokenBaseSeconds() / count,
        one.interTokenPerSequenceSeconds() / count);
  }

  private static EngineSpeed hopper(double terabytesPerSecond, double tflops) {
    return speed(H100_PREFILL * tflops / H100_TFLOPS, terabytesPerSecond, tflops);
  }

  private static EngineSpeed gpu(double terabytesPerSecond, double tflops, double used) {
    return speed(L4_PREFILL * tflops * used / L4_USED_TFLOPS, terabytesPerSecond, tflops);
  }

  private static EngineSpeed speed(double prefill, double terabytesPerSecond, double tflops) {
    double bandwidth = terabytesPerSecond * 1e12;
    double base = 1.013 * WEIGHT_BYTES / bandwidth + 0.0668e-3 * LAYERS;
    double perSequence =
        1.202 * KV_BYTES / bandwidth + 0.0395e-3 + 1.557 * 2 * PARAMETERS / (tflops * 1e12);
    return new EngineSpeed(prefill, base, perSequence);
  }
}
