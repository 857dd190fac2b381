package org.archipel.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Makes the sums of a day anew from its records and corrections, in one transaction. Thread-safe;
 * all methods block.
 */
final class RollupRebuild {
  private final Database database;
  private final UsageRollups rollups;

  RollupRebuild(Database database, UsageRollups rollups) {
    this.database = database;
    this.rollups = rollups;
  }

  /** What became of a day. */
  enum Result {
    DONE,
    /** Records of it are missing, since they were purged: its sums stay as they are. */
    RECORDS_MISSING
  }

  Result day(LocalDate date) {
    long day = date.toEpochDay();
    record Rebuilt(Result result, UsageRollups.Adding sums) {}

    try {
      Rebuilt rebuilt =
          database.<Rebuilt, SQLException>write(
              handle -> {
                UsageRollups.Adding sums = rollups.begin(handle.getConnection());
                if (counted(handle, day) > recorded(handle, day)) {
                  return new Rebuilt(Result.RECORDS_MISSING, sums);
                }
                clear(handle, day);
                addRecords(handle, day, sums);
                addCorrections(handle, day, sums);
                sums.write();
                return new Rebuilt(Result.DONE, sums);
              });
      rebuilt.sums.committed();
      return rebuilt.result;
    } catch (SQLException e) {
      throw new JournalException("sums cannot be stored: " + e.getMessage(), e);
    }
  }

  private static long counted(Handle handle, long day) {
    return handle
        .createQuery("SELECT COALESCE(SUM(requests), 0) FROM usage_daily WHERE day = :day")
        .bind("day", day)
        .mapTo(Long.class)
        .one();
  }

  private static long recorded(Handle handle, long day) {
    return handle
        .createQuery(
            "SELECT COUNT(*) FROM usage_records WHERE started_at >= :from AND started_at < :until")
        .bind("from", day * UsageDimension.DAY_MICROS)
        .bind("until", (day + 1) * UsageDimension.DAY_MICROS)
        .mapTo(Long.class)
        .one();
  }

  private static void clear(Handle handle, long day) {
    for (Grain grain : Grain.values()) {
      handle.execute("DELETE FROM " + grain.daily() + " WHERE day = ?", day);
      handle.execute(
          "DELETE FROM " + grain.hourly() + " WHERE hour >= ? AND hour < ?",
          day * 24,
          (day + 1) * 24);
    }
  }

  private static void addRecords(Handle handle, long day, UsageRollups.Adding sums)
      throws SQLException {
    String sql =
        "SELECT "
            + StoredRecord.COLUMNS
            + " FROM usage_records WHERE started_at >= ? AND started_at < ?";
    try (PreparedStatement select = handle.getConnection().prepareStatement(sql)) {
      span(select, day);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          sums.add(StoredRecord.read(row));
        }
      }
    }
  }

  private static void addCorrections(Handle handle, long day, UsageRollups.Adding sums)
      throws SQLException {
    String sql =
        "SELECT "
            + CorrectionStore.COLUMNS
            + ", d.organization, d.project, d.api_key, d.person, d.model, d.engine,"
            + " d.engine_owner, d.service_class, d.currency AS unit,"
            + " d.served_by, d.origin_site FROM usage_corrections c"
            + " JOIN usage_dimensions d ON d.id = c.dimension"
            + " WHERE c.counted_at >= ? AND c.counted_at < ?";
    try (PreparedStatement select = handle.getConnection().prepareStatement(sql)) {
      span(select, day);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          sums.add(CorrectionStore.read(row), dimensions(row));
        }
      }
    }
  }

  private static Dimensions dimensions(ResultSet row) throws SQLException {
    return new Dimensions(
        row.getString("organization"),
        row.getString("project"),
        row.getString("api_key"),
        row.getString("person"),
        row.getString("model"),
        row.getString("engine"),
        row.getString("engine_owner"),
        row.getString("service_class"),
        row.getString("unit"),
        row.getString("served_by"),
        row.getString("origin_site"));
  }

  private static void span(PreparedStatement select, long day) throws SQLException {
    select.setLong(1, day * UsageDimension.DAY_MICROS);
    select.setLong(2, (day + 1) * UsageDimension.DAY_MICROS);
  }
}
