package org.archipel.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: {@code 250ms}, {@code 30s}, {@code 64MiB}. */
public final class Quantities {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]*)");

  private static final Map<String, Duration> DURATIONS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private static final Map<String, Long> SIZES =
      Map.of(
          "", 1L,
          "B", 1L,
          "KB", 1000L,
          "MB", 1000_000L,
          "GB", 1000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);

  /** What a duration looks like, for messages. */
  public static final String DURATION_FORM = "a duration such as 250ms, 30s, 5m, 2h, 7d";

  static final String SIZE_FORM = "a size such as 512KiB, 64MiB, 1GiB";

  private Quantities() {}

  /** The duration that {@code text} says, if it says one; a unit is required except for 0. */
  public static Optional<Duration> duration(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    try {
      return Optional.ofNullable(DURATIONS.get(matcher.group(2)))
          .map(unit -> unit.multipliedBy(Long.parseLong(matcher.group(1))));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The number of bytes that {@code text} says, if it says one. */
  static Optional<Long> bytes(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(SIZES.get(matcher.group(2)))
          .map(unit -> Math.multiplyExact(unit, Long.parseLong(matcher.group(1))));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The duration as {@link #duration} reads it, in the largest unit that divides it. */
  public static String write(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
