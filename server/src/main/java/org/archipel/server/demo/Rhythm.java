package org.archipel.server.demo;

/**
 * How many requests come in the course of a day: few at night, most at one hour.
 *
 * @param quietPerSecond requests a second at night
 * @param peakPerSecond requests a second at the busiest hour, at least as many
 * @param peakHour the busiest hour, 0 to 24
 */
record Rhythm(double quietPerSecond, double peakPerSecond, double peakHour) {
  private static final double HOURS = 24;

  /** Requests a second at an hour of the day; half of the day is quiet. */
  double perSecond(double hour) {
    double wave = Math.max(0, Math.cos(2 * Math.PI * (hour - peakHour) / HOURS));
    return quietPerSecond + (peakPerSecond - quietPerSecond) * wave * wave;
  }
}
