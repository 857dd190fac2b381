package org.archipel.scheduling;

/**
 * How fast an engine is, learned from its streams; begins with what its hardware promises. Times
 * are seconds. Not thread-safe.
 */
final class SpeedEstimate {
  /** Prompts that say more of the prefill rate than of fixed costs. */
  static final long PREFILL_BOUND_TOKENS = 1_024;

  /** The rate is the 90th percentile of what is seen (scheduling.md §5.2). */
  private static final double PREFILL_QUANTILE = 0.9;

  /** Step of the quantile's stochastic approximation (Robbins and Monro 1951), as a share. */
  private static final double PREFILL_STEP = 0.1;

  /** Samples after which the rate is taken for measured. */
  private static final int MEASURED = 20;

  /** Each sample of the inter-token line fades by this much with the next: half after 140. */
  private static final double FADING = 0.995;

  /** The batch at which the promised line is pinned beside that of one sequence. */
  private static final int FAR_BATCH = 32;

  private double prefillRate;
  private int prefillSamples;

  // Sums of weights, batches, their squares, times and products: a weighted least squares line.
  private double weights;
  private double batches;
  private double squares;
  private double times;
  private double products;
  private double base;
  private double slope;

  SpeedEstimate(EngineSpeed promised) {
    prefillRate = promised.prefillTokensPerSecond();
    base = promised.interTokenBaseSeconds();
    slope = promised.interTokenPerSequenceSeconds();
    add(1, base + slope);
    add(FAR_BATCH, base + FAR_BATCH * slope);
  }

  /** Uncached tokens that the engine had to compute until a first token came. */
  void prefilled(long tokens, double seconds) {
    if (tokens < PREFILL_BOUND_TOKENS || seconds <= 0) {
      return;
    }
    prefillSamples++;
    double sample = tokens / seconds;
    if (prefillSamples == 1) {
      prefillRate = sample;
      return;
    }
    double step = PREFILL_STEP * prefillRate;
    prefillRate += sample > prefillRate ? step * PREFILL_QUANTILE : -step * (1 - PREFILL_QUANTILE);
  }

  /** The mean time between two tokens of a run in a batch of that size. */
  void decoded(double batch, double seconds) {
    weights *= FADING;
    batches *= FADING;
    squares *= FADING;
    times *= FADING;
    products *= FADING;
    add(batch, seconds);
    double spread = weights * squares - batches * batches;
    double tilt = weights * products - batches * times;
    if (spread > 1e-9 * weights * squares && tilt >= 0) {
      slope = tilt / spread;
    } else {
      slope = 0;
    }
    base = (times - slope * batches) / weights;
    if (base < 0) {
      // Steeper than through the origin: a line through it is the nearest that makes sense.
      base = 0;
      slope = products / squares;
    }
  }

  private void add(double batch, double seconds) {
    weights += 1;
    batches += batch;
    squares += batch * batch;
    times += seconds;
    products += batch * seconds;
  }

  /** Uncached prompt tokens in a second. */
  double prefillRate() {
    return prefillRate;
  }

  /** Whether the prefill rate was seen and not only promised. */
  boolean prefillMeasured() {
    return prefillSamples >= MEASURED;
  }

  /** Seconds between two tokens of each of {@code batch} sequences. */
  double interToken(int batch) {
    return base + slope * batch;
  }
}
