package org.archipel.directory.quota;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** Calendar days and months of UTC as numbers, and the times at which they begin and end. */
final class Period {
  private static final long DAY_MILLIS = 86_400_000;

  private Period() {}

  /** The day of a time in milliseconds since 1970. */
  static long day(long millis) {
    return Math.floorDiv(millis, DAY_MILLIS);
  }

  /** The month of a day: twelve times the year, plus 0 for January. */
  static long month(long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() * 12L + date.getMonthValue() - 1;
  }

  /** When a period begins, in milliseconds since 1970. */
  static long begin(boolean monthly, long period) {
    if (!monthly) {
      return period * DAY_MILLIS;
    }
    int year = (int) Math.floorDiv(period, 12L);
    int month = (int) Math.floorMod(period, 12L) + 1;
    return LocalDate.of(year, month, 1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** When a period is over, in milliseconds since 1970. */
  static long end(boolean monthly, long period) {
    return begin(monthly, period + 1);
  }

  /** For people and ids: {@code 2026-11-30} or {@code 2026-11}. */
  static String text(boolean monthly, long period) {
    LocalDate date = LocalDate.ofEpochDay(day(begin(monthly, period)));
    return monthly ? date.toString().substring(0, 7) : date.toString();
  }
}
