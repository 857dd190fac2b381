package org.archipel.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Finds records that come after a statement with them was closed (a request that ran over the end
 * of its month, a journal that waited, a clock that was wrong), and sees to it that they are stated
 * later. Thread-safe.
 */
final class LateRecords {
  private static final String ADD =
      "INSERT INTO usage_carried (day, stated_month, dimension, "
          + SumColumn.join("", "")
          + ") VALUES (?, ?, ?"
          + ", ?".repeat(SumColumn.ALL.size())
          + ") ON CONFLICT (day, stated_month, dimension) DO UPDATE SET "
          + SumColumn.ALL.stream()
              .map(c -> c.column() + " = usage_carried." + c.column() + " + excluded." + c.column())
              .collect(Collectors.joining(", "));

  private final ClosedPeriods closed;
  private final Clock clock;

  LateRecords(ClosedPeriods closed, Clock clock) {
    this.closed = closed;
    this.clock = clock;
  }

  /** A month as it is stored. */
  static long number(YearMonth month) {
    return month.getLong(ChronoField.PROLEPTIC_MONTH);
  }

  /** The month that is stored as this number. */
  static YearMonth month(long number) {
    return YearMonth.of((int) (number / 12), (int) (number % 12) + 1);
  }

  /** For the records of one write transaction. */
  Finding begin(Handle handle, List<UsageRecord> records) {
    List<Long> times = records.stream().map(r -> RecordEncoder.micros(r.startedAt())).toList();
    long first = times.stream().mapToLong(Long::longValue).min().orElse(0);
    long last = times.stream().mapToLong(Long::longValue).max().orElse(0);
    boolean some =
        handle
                .createQuery(
                    "SELECT COUNT(*) FROM statements WHERE month >= :first AND month <= :last")
                .bind("first", number(ClosedPeriods.month(StoredRecord.instant(first))))
                .bind("last", number(ClosedPeriods.month(StoredRecord.instant(last))))
                .mapTo(Long.class)
                .one()
            > 0;
    return new Finding(handle, some);
  }

  /** The sums of late records of a day that are stated in one month. */
  private record Cell(long day, long month, long dimension) {}

  /** For one transaction. */
  final class Finding {
    private final Handle handle;
    private final boolean some;
    private final Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    private final Map<UsageRecord, Instant> found = new HashMap<>();
    private long oldest = Long.MAX_VALUE;

    private Finding(Handle handle, boolean some) {
      this.handle = handle;
      this.some = some;
    }

    /** A record that was not there before. */
    void add(UsageRecord record) {
      oldest = Math.min(oldest, RecordEncoder.micros(record.startedAt()));
      if (some) {
        closed.stated(handle, record, now).ifPresent(at -> found.put(record, at));
      }
    }

    /** Writes what was found. */
    void write(UsageRollups.Adding sums) throws SQLException {
      if (oldest != Long.MAX_VALUE) {
        handle
            .createUpdate(
                "UPDATE usage_retention SET done_until = :oldest WHERE done_until > :oldest")
            .bind("oldest", oldest)
            .execute();
      }
      if (found.isEmpty()) {
        return;
      }
      Map<Cell, UsageSums> cells = new HashMap<>();
      for (Map.Entry<UsageRecord, Instant> late : found.entrySet()) {
        UsageRecord record = late.getKey();
        handle.execute(
            "INSERT INTO usage_late (record_id, stated_at) VALUES (?, ?)",
            record.id().toString(),
            RecordEncoder.micros(late.getValue()));
        long dimension = sums.dimension(Grain.PROJECT, Dimensions.of(record));
        long day = RecordEncoder.micros(record.startedAt()) / UsageDimension.DAY_MICROS;
        long month = number(ClosedPeriods.month(late.getValue()));
        cells
            .computeIfAbsent(new Cell(day, month, dimension), added -> new UsageSums())
            .add(record);
      }
      writeCells(cells);
    }

    private void writeCells(Map<Cell, UsageSums> cells) throws SQLException {
      try (PreparedStatement add = handle.getConnection().prepareStatement(ADD)) {
        for (Map.Entry<Cell, UsageSums> cell : cells.entrySet()) {
          add.setLong(1, cell.getKey().day);
          add.setLong(2, cell.getKey().month);
          add.setLong(3, cell.getKey().dimension);
          for (SumColumn column : SumColumn.ALL) {
            add.setLong(4 + column.place(), cell.getValue().get(column));
          }
          add.addBatch();
        }
        add.executeBatch();
      }
    }
  }
}
