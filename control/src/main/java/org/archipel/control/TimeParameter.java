package org.archipel.control;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A moment as people write it: {@code 2026-11-01T08:00:00Z}, {@code 2026-11-01} (its first instant
 * in UTC), or a distance from now such as {@code 24h}.
 */
final class TimeParameter {
  private static final Pattern DISTANCE = Pattern.compile("([0-9]{1,6})([mhd])");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private TimeParameter() {}

  /** A moment of the past when it is given as a distance. */
  static Instant past(String name, String text, Instant now) {
    return moment(name, text, now, -1);
  }

  /** A moment to come when it is given as a distance. */
  static Instant future(String name, String text, Instant now) {
    return moment(name, text, now, 1);
  }

  private static Instant moment(String name, String text, Instant now, int direction) {
    Instant moment = parsed(name, text, now, direction);
    if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
      throw Refusal.badRequest(name + ": (expected: a year from 1970 to 9999)");
    }
    return moment;
  }

  private static Instant parsed(String name, String text, Instant now, int direction) {
    Matcher distance = DISTANCE.matcher(text);
    try {
      if (distance.matches()) {
        return now.plus(
            unit(distance.group(2)).multipliedBy(direction * Long.parseLong(distance.group(1))));
      }
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      throw Refusal.badRequest(
          name + ": not a time (expected: 2026-11-01, 2026-11-01T08:00:00Z, or 30m, 24h, 7d)");
    }
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      default -> Duration.ofDays(1);
    };
  }
}
