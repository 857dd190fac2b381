package org.archipel.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * One part of a query's time, and the table that answers for it: days and hours come from sums,
 * what is left at both ends from records and corrections.
 *
 * @param from first microsecond, hour or day, according to the table; {@link Long#MIN_VALUE} when
 *     there is no first
 * @param until the one after the last; {@link Long#MAX_VALUE} when there is no last
 */
record UsageSource(Table table, long from, long until) {
  /** Where it comes from. */
  enum Table {
    RECORDS("started_at"),
    CORRECTIONS("c.counted_at"),
    HOURS("r.hour"),
    DAYS("r.day");

    private final String position;

    Table(String position) {
      this.position = position;
    }

    /** The column that {@code from} and {@code until} bound. */
    String position() {
      return position;
    }
  }

  private static final long HOURS_OF_DAY = 24;

  /** The parts that make up a span of time in microseconds, without gaps and overlaps. */
  static List<UsageSource> of(long since, long until, boolean byHour) {
    long firstHour = since == Long.MIN_VALUE ? since : ceil(since, UsageDimension.HOUR_MICROS);
    long endHour =
        until == Long.MAX_VALUE ? until : Math.floorDiv(until, UsageDimension.HOUR_MICROS);
    List<UsageSource> sources = new ArrayList<>();
    if (firstHour >= endHour) {
      addExact(sources, since, until);
      return sources;
    }
    if (since != Long.MIN_VALUE) {
      addExact(sources, since, firstHour * UsageDimension.HOUR_MICROS);
    }
    addWhole(sources, firstHour, endHour, byHour);
    if (until != Long.MAX_VALUE) {
      addExact(sources, endHour * UsageDimension.HOUR_MICROS, until);
    }
    return sources;
  }

  private static void addExact(List<UsageSource> sources, long since, long until) {
    if (since < until) {
      sources.add(new UsageSource(Table.RECORDS, since, until));
      sources.add(new UsageSource(Table.CORRECTIONS, since, until));
    }
  }

  private static void addWhole(
      List<UsageSource> sources, long firstHour, long endHour, boolean byHour) {
    long firstDay = firstHour == Long.MIN_VALUE ? firstHour : ceil(firstHour, HOURS_OF_DAY);
    long endDay = endHour == Long.MAX_VALUE ? endHour : Math.floorDiv(endHour, HOURS_OF_DAY);
    if (byHour || firstDay >= endDay) {
      addHours(sources, firstHour, endHour);
      return;
    }
    if (firstHour != Long.MIN_VALUE) {
      addHours(sources, firstHour, firstDay * HOURS_OF_DAY);
    }
    sources.add(new UsageSource(Table.DAYS, firstDay, endDay));
    if (endHour != Long.MAX_VALUE) {
      addHours(sources, endDay * HOURS_OF_DAY, endHour);
    }
  }

  private static void addHours(List<UsageSource> sources, long from, long until) {
    if (from < until) {
      sources.add(new UsageSource(Table.HOURS, from, until));
    }
  }

  private static long ceil(long value, long unit) {
    return Math.ceilDiv(value, unit);
  }
}
