package org.archipel.simulator;

/**
 * What a model takes on given devices, by roofline formulas.
 *
 * <p>Good for comparing hardware, not for promising latencies: on H100 with bf16 weights the step
 * time is a fit of 77 measured configurations (ML.ENERGY v3, mean error 3.7 %); elsewhere only the
 * roofline carries over, and nobody has calibrated it for fp8, L4, L40S or a CPU.
 *
 * @param hardware the device
 * @param count how many of them share the model (tensor parallelism), at least 1
 * @param shape the model
 * @param precision of its weights
 */
public record HardwareTiming(Device hardware, int count, ModelShape shape, Precision precision)
    implements EngineTiming {

  // Fixed cost of a request before any computation, 15563 us in BLIS's fit.
  private static final double REQUEST_OVERHEAD_MS = 15.6;
  // Launch overheads per layer and per sequence, rounded from the fit below.
  private static final double LAYER_MS = 0.067;
  private static final double SEQUENCE_MS = 0.04;
  // The coefficients of the fit on H100.
  private static final double FIT_WEIGHTS = 1.013;
  private static final double FIT_KV = 1.202;
  private static final double FIT_LAYER_MS = 0.0668;
  private static final double FIT_SEQUENCE_MS = 0.0395;
  private static final double FIT_COMPUTE = 1.557;
  // Kept free by engines: 10 % of the memory, and 4 GB a device for activations and graphs.
  private static final double USABLE_MEMORY = 0.9;
  private static final double RESERVED_BYTES = 4e9;

  public HardwareTiming {
    if (count < 1) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
    }
  }

  @Override
  public String device() {
    return count == 1 ? hardware.name() : count + "x " + hardware.name();
  }

  @Override
  public long firstTokenNanos(int promptTokens, int cachedTokens) {
    return nanos(firstTokenMillis(promptTokens, cachedTokens));
  }

  @Override
  public long interTokenNanos(int batch, long averageContext) {
    return nanos(interTokenMillis(batch, averageContext));
  }

  @Override
  public boolean prefillsInTurn() {
    return true;
  }

  /**
   * The largest batch whose KV cache fits beside the weights.
   *
   * @param context tokens of each sequence, at least 1
   */
  public int largestBatch(int context) {
    double free =
        USABLE_MEMORY * count * hardware.memoryBytes()
            - shape.weightBytes(precision)
            - RESERVED_BYTES * count;
    return (int) Math.max(0, free / (context * shape.kvBytesPerToken()));
  }

  /** To compute one uncached prompt token, without attention to the ones before it. */
  public double prefillNanosPerToken() {
    return 1e9 * 2 * shape.activeParameters() / prefillFlops();
  }

  /** Attention over a prompt of {@code n} tokens takes n² times this. */
  public double attentionNanosPerSquare() {
    return 1e9 * 4.0 * shape.layers() * shape.width() / 2 / prefillFlops();
  }

  private double prefillFlops() {
    return count * hardware.flops(precision) * hardware.efficiency().prefill();
  }

  double firstTokenMillis(int promptTokens, int cachedTokens) {
    double uncached = Math.max(0, promptTokens - cachedTokens);
    double dense = uncached * prefillNanosPerToken() / 1e9;
    // A prompt shorter than the roofline's knee still reads all weights once.
    double weights = shape.weightBytes(precision) / usableBandwidth();
    double attention = attentionNanosPerSquare() * promptTokens * (double) promptTokens / 1e9;
    return REQUEST_OVERHEAD_MS + 1e3 * (Math.max(dense, weights) + attention);
  }

  double interTokenMillis(int batch, long averageContext) {
    boolean fitted = hardware.equals(Device.H100_SXM) && precision == Precision.BF16;
    return fitted ? fittedStep(batch, averageContext) : rooflineStep(batch, averageContext);
  }

  private double fittedStep(int batch, long context) {
    double bandwidth = count * hardware.bandwidth();
    double compute = 2 * shape.activeParameters() * batch / (count * hardware.flops());
    return 1e3 * FIT_WEIGHTS * shape.readBytes(precision, batch) / bandwidth
        + 1e3 * FIT_KV * batch * context * shape.kvBytesPerToken() / bandwidth
        + FIT_LAYER_MS * shape.layers()
        + FIT_SEQUENCE_MS * batch
        + 1e3 * FIT_COMPUTE * compute;
  }

  private double rooflineStep(int batch, long context) {
    double bytes = shape.readBytes(precision, batch) + batch * context * shape.kvBytesPerToken();
    double step = 1e3 * bytes / usableBandwidth() + LAYER_MS * shape.layers() + SEQUENCE_MS * batch;
    if (hardware.efficiency().decodeComputes()) {
      step += 1e3 * 2 * shape.activeParameters() * batch / (count * hardware.flops(precision));
    }
    return step;
  }

  private double usableBandwidth() {
    return count * hardware.bandwidth() * hardware.efficiency().bandwidth();
  }

  private static long nanos(double millis) {
    return Math.round(millis * 1e6);
  }
}
