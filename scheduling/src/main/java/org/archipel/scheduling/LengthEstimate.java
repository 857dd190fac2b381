package org.archipel.scheduling;

/**
 * How long answers get, from those that were seen: a histogram with buckets that grow by the root
 * of two, in which old answers fade. Not thread-safe.
 */
final class LengthEstimate {
  private static final int BUCKETS = 36;
  private static final double FIRST_BUCKET = 4;

  /** Answers after which all counts are halved. */
  private static final double FULL = 512;

  /** The 60th percentile is expected, the 90th reserved (scheduling.md, symbols). */
  private static final double EXPECTED = 0.6;

  private static final double RESERVED = 0.9;

  /** Before anything is seen: 200 to 400 tokens (scheduling.md §5.1), as so many answers. */
  private static final double PRIOR_WEIGHT = 8;

  private static final double[] PRIOR = {64, 128, 181, 256, 256, 362, 512, 1_024};

  private final double[] counts = new double[BUCKETS];
  private double total;
  private int expected;
  private int reserved;
  private int changes;

  LengthEstimate() {
    for (double tokens : PRIOR) {
      counts[bucket(tokens)] += PRIOR_WEIGHT / PRIOR.length;
      total += PRIOR_WEIGHT / PRIOR.length;
    }
    refresh();
  }

  void seen(long tokens) {
    counts[bucket((double) tokens)]++;
    total++;
    if (total > FULL) {
      total /= 2;
      for (int i = 0; i < BUCKETS; i++) {
        counts[i] /= 2;
      }
    }
    // Quantiles move slowly: no need to look for them with each answer.
    if (++changes >= Math.min(16, total / 8)) {
      refresh();
    }
  }

  /** Completion tokens to expect under a limit. */
  int expected(int limit) {
    return Math.min(limit, expected);
  }

  /** Completion tokens to keep room for under a limit. */
  int reserved(int limit) {
    return Math.min(limit, reserved);
  }

  private void refresh() {
    changes = 0;
    expected = quantile(EXPECTED);
    reserved = quantile(RESERVED);
  }

  private int quantile(double share) {
    double wanted = share * total;
    double seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return (int) Math.round(FIRST_BUCKET * Math.pow(2, i / 2.0));
      }
    }
    return (int) Math.round(FIRST_BUCKET * Math.pow(2, (BUCKETS - 1) / 2.0));
  }

  private static int bucket(double tokens) {
    double bucket = Math.rint(2 * Math.log(Math.max(tokens, 1) / FIRST_BUCKET) / Math.log(2));
    return (int) Math.clamp(bucket, 0, BUCKETS - 1);
  }
}
