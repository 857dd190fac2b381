package org.archipel.simulator.fleet.scenario;

/**
 * Lengths in tokens, log-normally distributed and cut off.
 *
 * @param median e to the mean of the logarithms
 * @param sigma standard deviation of the logarithms
 * @param min shortest
 * @param max longest
 */
public record Lengths(double median, double sigma, int min, int max) {
  static Lengths read(Keys group, Lengths usual) {
    try (group) {
      int min = group.integer("min", 0, 1_000_000, usual.min);
      int max = group.integer("max", 1, 1_000_000, Math.max(min, usual.max));
      if (max < min) {
        group.report("max", max + " (expected: at least min, " + min + ")");
      }
      return new Lengths(
          group.number("median", 1, 1_000_000, usual.median),
          group.number("sigma", 0, 3, usual.sigma),
          min,
          Math.max(min, max));
    }
  }
}
