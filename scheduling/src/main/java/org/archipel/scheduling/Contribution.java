package org.archipel.scheduling;

/**
 * What an organization lately gave to others on its engines and took on theirs, in normalized
 * prompt tokens. Old amounts fade by half in an hour. Not thread-safe.
 *
 * <p>The factor is {@code (given / taken)^0.5}, within a half and two (scheduling.md §5.4), so that
 * giving pays and nobody is starved; amounts that are small beside {@link #NEUTRAL} change nothing.
 */
final class Contribution {
  private static final double HALF_LIFE_SECONDS = 3_600;
  private static final double LEAST = 0.5;
  private static final double MOST = 2;

  /** About 20,000 short requests. */
  private static final double NEUTRAL = 20e6;

  private double given;
  private double taken;

  void gave(double cost) {
    given += cost;
  }

  void took(double cost) {
    taken += cost;
  }

  void fade(double seconds) {
    double kept = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
    given *= kept;
    taken *= kept;
  }

  double factor() {
    double ratio = (given + NEUTRAL) / (taken + NEUTRAL);
    return Math.clamp(Math.sqrt(ratio), LEAST, MOST);
  }
}
