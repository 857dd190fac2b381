package org.archipel.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Takes persons out of the sums by hour and day: what is summed up for a person is added to the
 * sums of nobody in particular. All other sums stay. Thread-safe.
 */
final class PersonSums {
  private static final String FOUND =
      "SELECT d.id, " + Grain.KEY.columns() + " FROM usage_dimensions d WHERE ";

  private final UsageRollups rollups;

  PersonSums(UsageRollups rollups) {
    this.rollups = rollups;
  }

  /** Days (since 1970-01-01 UTC) from the first up to, and without, the end. */
  record Days(long first, long end) {
    /** All before a day. */
    static Days before(long end) {
      return new Days(0, end);
    }

    /** One day. */
    static Days of(long day) {
      return new Days(day, day + 1);
    }
  }

  /** A row of the dictionary. */
  private record Found(long id, Dimensions dimensions) {}

  /**
   * Forgets whatever person was summed up in some days.
   *
   * @param most how many rows of the dictionary to look at
   * @return how many there were: fewer than {@code most} when no more are
   */
  int forgetAll(Handle handle, Days days, int most) throws SQLException {
    List<Found> found =
        handle
            .createQuery(
                FOUND
                    + "d.person <> '' AND (EXISTS (SELECT 1 FROM usage_daily r"
                    + " WHERE r.dimension = d.id AND r.day >= :first AND r.day < :end)"
                    + " OR EXISTS (SELECT 1 FROM usage_corrections c WHERE c.dimension = d.id"
                    + " AND c.counted_at >= :from AND c.counted_at < :until)) LIMIT :most")
            .bind("first", days.first)
            .bind("end", days.end)
            .bind("from", days.first * UsageDimension.DAY_MICROS)
            .bind("until", days.end * UsageDimension.DAY_MICROS)
            .bind("most", most)
            .map((row, context) -> new Found(row.getLong("id"), Dimensions.read(row)))
            .list();
    forget(handle, found, days);
    return found.size();
  }

  /** Forgets one person in some days. */
  void forget(Handle handle, String person, Days days) throws SQLException {
    List<Found> found =
        handle
            .createQuery(FOUND + "d.person = :person")
            .bind("person", person)
            .map((row, context) -> new Found(row.getLong("id"), Dimensions.read(row)))
            .list();
    forget(handle, found, days);
  }

  private void forget(Handle handle, List<Found> found, Days days) throws SQLException {
    UsageRollups.Adding sums = rollups.begin(handle.getConnection());
    for (Found one : found) {
      long to = sums.dimension(Grain.KEY, one.dimensions.withoutPerson());
      move(handle, "usage_hourly", "hour", new Move(one.id, to, days.first * 24, days.end * 24));
      move(handle, "usage_daily", "day", new Move(one.id, to, days.first, days.end));
      handle
          .createUpdate(
              "UPDATE usage_corrections SET dimension = :to WHERE dimension = :from"
                  + " AND counted_at >= :first AND counted_at < :end")
          .bind("to", to)
          .bind("from", one.id)
          .bind("first", days.first * UsageDimension.DAY_MICROS)
          .bind("end", days.end * UsageDimension.DAY_MICROS)
          .execute();
      handle
          .createUpdate(
              "DELETE FROM usage_dimensions WHERE id = :from"
                  + " AND NOT EXISTS (SELECT 1 FROM usage_daily WHERE dimension = :from)"
                  + " AND NOT EXISTS (SELECT 1 FROM usage_hourly WHERE dimension = :from)"
                  + " AND NOT EXISTS (SELECT 1 FROM usage_corrections WHERE dimension = :from)")
          .bind("from", one.id)
          .execute();
    }
    if (!found.isEmpty()) {
      rollups.forget();
    }
  }

  /** Rows of one id in the dictionary that become another's. */
  private record Move(long from, long to, long first, long end) {}

  private static void move(Handle handle, String table, String bucket, Move move) {
    String added =
        SumColumn.ALL.stream()
            .map(c -> c.column() + " = " + table + "." + c.column() + " + excluded." + c.column())
            .collect(Collectors.joining(", "));
    String where =
        " WHERE dimension = :from AND " + bucket + " >= :first AND " + bucket + " < :end";
    handle
        .createUpdate(
            "INSERT INTO "
                + table
                + " ("
                + bucket
                + ", dimension, "
                + SumColumn.join("", "")
                + ") SELECT "
                + bucket
                + ", CAST(:to AS INTEGER), "
                + SumColumn.join("", "")
                + " FROM "
                + table
                + where
                + " ON CONFLICT ("
                + bucket
                + ", dimension) DO UPDATE SET "
                + added)
        .bind("to", move.to)
        .bind("from", move.from)
        .bind("first", move.first)
        .bind("end", move.end)
        .execute();
    handle
        .createUpdate("DELETE FROM " + table + where)
        .bind("from", move.from)
        .bind("first", move.first)
        .bind("end", move.end)
        .execute();
  }
}
