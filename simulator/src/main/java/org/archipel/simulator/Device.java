package org.archipel.simulator;

/**
 * What bounds inference on one device.
 *
 * @param name the device's name in Archipel's configuration, for example {@code h100-sxm}
 * @param memoryBytes memory that can hold weights and KV cache
 * @param bandwidth peak memory bandwidth in bytes per second
 * @param flops dense bf16 operations per second
 * @param fp8Flops dense fp8 (or int8) operations per second
 * @param efficiency the shares of those peaks that inference reaches
 */
public record Device(
    String name,
    double memoryBytes,
    double bandwidth,
    double flops,
    double fp8Flops,
    Efficiency efficiency) {

  /**
   * Shares of a device's peaks that inference reaches.
   *
   * @param bandwidth share of the bandwidth in decode, 0 to 1
   * @param prefill share of the operations in prefill (MFU), 0 to 1
   * @param decodeComputes whether decode of a batch also waits for arithmetic, as on a CPU
   */
  public record Efficiency(double bandwidth, double prefill, boolean decodeComputes) {}

  // aiconfigurator takes 0.8 of the bandwidth for every GPU; the MFU of prefill are those of BLIS
  // (H100 .45, A100 .38, L40S .32); Hopper's stands for H200 and B200, for lack of a figure.
  private static final Efficiency HOPPER = new Efficiency(0.8, 0.45, false);
  private static final Efficiency AMPERE_GPU = new Efficiency(0.8, 0.38, false);
  private static final Efficiency ADA = new Efficiency(0.8, 0.32, false);
  // L4: 36 of 121 TFLOPS in prefill, computed from the SpareCores llama.cpp measurements.
  private static final Efficiency SMALL_ADA = new Efficiency(0.8, 0.30, false);
  // Altra: decode at 38-49 % of the bandwidth (SpareCores); its operations below are measured ones,
  // so all of them count.
  private static final Efficiency ARM = new Efficiency(0.44, 1.0, true);

  // Capacities, bandwidths and operations: aiconfigurator systems/*.yaml, BLIS
  // hardware_config.json,
  // wattgpu gpu_features.csv.
  public static final Device H100_SXM =
      new Device("h100-sxm", 80e9, 3.35e12, 989e12, 1978e12, HOPPER);
  public static final Device H100_PCIE =
      new Device("h100-pcie", 80e9, 2.0e12, 756e12, 1513e12, HOPPER);
  public static final Device H200 = new Device("h200", 141e9, 4.8e12, 989e12, 1978e12, HOPPER);
  public static final Device B200 = new Device("b200", 180e9, 7.7e12, 2250e12, 4500e12, HOPPER);

  /** Without fp8 units: int8 figure. */
  public static final Device A100_SXM =
      new Device("a100-sxm", 80e9, 2.04e12, 312e12, 624e12, AMPERE_GPU);

  public static final Device L40S = new Device("l40s", 48e9, 0.864e12, 362e12, 733e12, ADA);
  public static final Device L4 = new Device("l4", 24e9, 0.300e12, 121e12, 242e12, SMALL_ADA);

  /**
   * Ampere Altra Max M128-30 with 8 channels of DDR4-3200; 0.7 to 0.9 TFLOPS measured in prefill
   * with Q4 weights, whatever their type. The memory is the host's: 256 GB is our assumption.
   */
  public static final Device ALTRA = new Device("altra-max", 256e9, 0.205e12, 0.8e12, 0.8e12, ARM);

  /** Dense operations per second with weights of that precision. */
  double flops(Precision precision) {
    // Q4 weights are unpacked to 16 bits before they are multiplied.
    return precision == Precision.FP8 ? fp8Flops : flops;
  }
}
