package org.archipel.simulator.fleet;

/**
 * A mean over seeds and how sure it is.
 *
 * @param mean NaN when no run had a value
 * @param margin half the width of the 95 % confidence interval by Student's t; NaN for one run
 * @param runs how many had a value
 */
public record Estimate(double mean, double margin, int runs) {
  // 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /** Of those of {@code values} that are not NaN. */
  public static Estimate of(double... values) {
    int n = 0;
    double sum = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        n++;
        sum += value;
      }
    }
    if (n == 0) {
      return new Estimate(Double.NaN, Double.NaN, 0);
    }
    double mean = sum / n;
    double squares = 0;
    for (double value : values) {
      squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
    }
    double margin =
        n == 1 ? Double.NaN : student(n - 1) * Math.sqrt(squares / (n - 1)) / Math.sqrt(n);
    return new Estimate(mean, margin, n);
  }

  /** Beyond the table the first terms of the expansion around the normal quantile are exact. */
  static double student(int degrees) {
    return degrees <= T.length ? T[degrees - 1] : 1.95996 + 2.3722 / degrees;
  }
}
