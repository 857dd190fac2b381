package org.archipel.simulator.fleet.scenario;

import java.util.Arrays;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.EngineSpeed;
import org.archipel.simulator.HardwareTiming;

/**
 * How fast a simulated engine is and what it holds.
 *
 * <p>A step in which {@code n} sequences decode takes {@code stepNanos[n]} plus {@code
 * contextNanos} for each token of their context, plus the prompt tokens computed in it (the minimum
 * of scheduling.md §7: {@code t0 + b × batch + prefill / R}). Immutable; the array is not copied.
 *
 * @param capacity sequences, tokens of KV cache, and whether it has fixed slots
 * @param stepNanos by the number of decoding sequences, from 0 to {@code capacity.maxConcurrency}
 * @param contextNanos per token of context in a step
 * @param prefillNanos per uncached prompt token
 * @param attentionNanos per square of a prompt's length
 */
public record EngineModel(
    EngineCapacity capacity,
    long[] stepNanos,
    double contextNanos,
    double prefillNanos,
    double attentionNanos) {

  /** Prompt tokens that one step computes at most: vLLM's usual chunk. */
  public static final int CHUNK_TOKENS = 2048;

  /** Context at which the speed told to the pool holds. */
  private static final double USUAL_CONTEXT = 1000;

  /** An engine by invented figures: {@code step = base + n × perSequence}. */
  static EngineModel invented(
      EngineCapacity capacity, double prefillRate, long baseNanos, long perSequenceNanos) {
    long[] steps = new long[capacity.maxConcurrency() + 1];
    Arrays.setAll(steps, n -> baseNanos + n * perSequenceNanos);
    return new EngineModel(capacity, steps, 0, 1e9 / prefillRate, 0);
  }

  /** An engine on hardware, by the formulas of {@link HardwareTiming}. */
  static EngineModel of(HardwareTiming timing, EngineCapacity capacity) {
    long[] steps = new long[capacity.maxConcurrency() + 1];
    // A step that only computes prompts reads the weights too.
    Arrays.setAll(steps, n -> timing.interTokenNanos(Math.max(1, n), 0));
    double perContext = (timing.interTokenNanos(1, 1_000_000) - steps[1]) / 1e6;
    return new EngineModel(
        capacity,
        steps,
        perContext,
        timing.prefillNanosPerToken(),
        timing.attentionNanosPerSquare());
  }

  /** What an operator would tell the pool of this engine. */
  public EngineSpeed speed() {
    int full = capacity.maxConcurrency();
    double perSequence = full == 1 ? 0 : (stepNanos[full] - stepNanos[1]) / (double) (full - 1);
    double base = Math.max(0, stepNanos[1] - perSequence);
    return new EngineSpeed(
        1e9 / prefillNanos, base / 1e9, (perSequence + contextNanos * USUAL_CONTEXT) / 1e9);
  }
}
