package org.archipel.simulator;

/**
 * What of a model's architecture decides how fast it runs. Figures are those of the models' public
 * configurations.
 *
 * @param parameters all weights
 * @param activeParameters weights used for one token; fewer than all in a mixture of experts
 * @param layers transformer layers
 * @param width dimension of the hidden state
 * @param kvBytesPerToken KV cache of one token at fp16: 2 x layers x KV heads x head width x 2
 * @param expertShare active experts of all experts, 1.0 in a dense model
 */
public record ModelShape(
    double parameters,
    double activeParameters,
    int layers,
    int width,
    double kvBytesPerToken,
    double expertShare) {

  private static final double KIB = 1024;

  public static final ModelShape LLAMA_1B = dense(1.24e9, 16, 2048, 32 * KIB);
  public static final ModelShape LLAMA_8B = dense(8.03e9, 32, 4096, 128 * KIB);

  /** KV geometry (40 layers, 8 heads of 128) not verified by the source. */
  public static final ModelShape MISTRAL_SMALL_24B = dense(23.6e9, 40, 5120, 160 * KIB);

  public static final ModelShape LLAMA_70B = dense(70.6e9, 80, 8192, 320 * KIB);

  /** 8 of 128 experts. */
  public static final ModelShape QWEN3_30B_A3B =
      new ModelShape(30.5e9, 3.3e9, 48, 2048, 96 * KIB, 8.0 / 128);

  /** 4 of 128 experts; half of the layers have a sliding window. */
  public static final ModelShape GPT_OSS_120B =
      new ModelShape(117e9, 5.1e9, 36, 2880, 72 * KIB, 4.0 / 128);

  private static ModelShape dense(double parameters, int layers, int width, double kv) {
    return new ModelShape(parameters, parameters, layers, width, kv, 1.0);
  }

  /** Bytes of all weights. */
  double weightBytes(Precision precision) {
    return parameters * precision.bytesPerWeight();
  }

  /** Bytes of the weights that a step of {@code batch} sequences reads. */
  double readBytes(Precision precision, int batch) {
    // Experts hold 95 % of such a model's weights (s of the fit); each sequence picks its own, so
    // the larger the batch, the more of them are read.
    double inExperts = 0.95;
    double touched =
        expertShare >= 1 ? 1 : 1 - inExperts + inExperts * (1 - Math.pow(1 - expertShare, batch));
    return weightBytes(precision) * touched;
  }
}
