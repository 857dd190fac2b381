package org.archipel.server.demo;

import java.time.Duration;
import java.util.Locale;

/**
 * The day of the demonstration, which passes in two minutes.
 *
 * @param number from 1
 * @param hour 0 to 24
 */
record DemoDay(long number, double hour) {
  /** What a day takes. */
  static final Duration LENGTH = Duration.ofMinutes(2);

  /** It begins when the first people come to work. */
  private static final double FIRST_HOUR = 7.5;

  private static final int HOURS = 24;
  private static final int MINUTES = 60;

  /** The time of the demonstration's day, so long after its start. */
  static DemoDay after(Duration since) {
    double days = FIRST_HOUR / HOURS + since.toNanos() / (double) LENGTH.toNanos();
    double whole = Math.floor(days);
    return new DemoDay((long) whole + 1, (days - whole) * HOURS);
  }

  /** As a clock shows it: {@code day 1, 09:40}. */
  @Override
  public String toString() {
    int minutes = (int) (hour * MINUTES);
    return String.format(
        Locale.ROOT, "day %d, %02d:%02d", number, minutes / MINUTES, minutes % MINUTES);
  }
}
