package org.archipel.simulator;

import java.util.List;

/** Engines of unequal speed, as a consortium has them. */
public final class DemoEngines {
  private static final int USUAL_CONTEXT = 2048;

  private DemoEngines() {}

  /**
   * Mistral Small on an H100 and on an L40S, Llama 8B on an L4, Llama 1B on the cores of an Ampere
   * Altra; each admits as many requests of 2,048 tokens as its memory holds, at most 256.
   */
  public static List<SimulatedEngineOptions> fleet() {
    return List.of(
        engine("mistral-small", Device.H100_SXM, ModelShape.MISTRAL_SMALL_24B, Precision.FP8),
        engine("mistral-small", Device.L40S, ModelShape.MISTRAL_SMALL_24B, Precision.FP8),
        engine("llama-3.1-8b", Device.L4, ModelShape.LLAMA_8B, Precision.FP8),
        engine("llama-3.2-1b", Device.ALTRA, ModelShape.LLAMA_1B, Precision.Q4)
            .withFlavour(EngineFlavour.LLAMACPP)
            // llama.cpp serves its slots; beyond about as many the cores gain nothing.
            .withMaxConcurrency(16));
  }

  private static SimulatedEngineOptions engine(
      String model, Device device, ModelShape shape, Precision precision) {
    HardwareTiming timing = new HardwareTiming(device, 1, shape, precision);
    return new SimulatedEngineOptions()
        .withModels(SimulatedModel.chat(model))
        .withTiming(timing)
        .withKvTokens(timing.largestBatch(1))
        .withMaxConcurrency(Math.clamp(timing.largestBatch(USUAL_CONTEXT), 1, 256));
  }
}
