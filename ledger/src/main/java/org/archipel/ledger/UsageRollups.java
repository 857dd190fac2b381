package org.archipel.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the sums by hour and day level with records and corrections, in the transaction that adds
 * those. Thread-safe.
 */
final class UsageRollups {
  private final Map<Grain, DimensionIds> ids = new EnumMap<>(Grain.class);

  UsageRollups() {
    for (Grain grain : Grain.values()) {
      ids.put(grain, new DimensionIds(grain));
    }
  }

  /** What is added within one write transaction; for its thread. */
  Adding begin(Connection connection) {
    return new Adding(connection);
  }

  /** Dictionaries are about to change within a transaction: what is remembered of them is void. */
  void forget() {
    ids.values().forEach(DimensionIds::forget);
  }

  /** A row of sums. */
  private record Cell(String table, String bucketColumn, long bucket, long dimension) {}

  /** Sums up first and writes once for each row: a batch has many records for one. */
  final class Adding {
    private final Connection connection;
    private final Map<Grain, DimensionIds.Lookup> lookups = new EnumMap<>(Grain.class);
    private final Map<Cell, UsageSums> cells = new HashMap<>();

    private Adding(Connection connection) {
      this.connection = connection;
      ids.forEach((grain, dictionary) -> lookups.put(grain, dictionary.begin(connection)));
    }

    /** Adds a record that was not there before. */
    void add(UsageRecord record) throws SQLException {
      Dimensions dimensions = Dimensions.of(record);
      long micros = RecordEncoder.micros(record.startedAt());
      for (UsageSums sums : at(dimensions, micros)) {
        sums.add(record);
      }
    }

    /** Adds a correction where it counts. */
    void add(Correction correction, Dimensions dimensions) throws SQLException {
      long micros = RecordEncoder.micros(correction.countedAt());
      for (UsageSums sums : at(dimensions, micros)) {
        sums.add(SumColumn.PROMPT_TOKENS, correction.tokens().prompt());
        sums.add(SumColumn.CACHED_TOKENS, correction.tokens().cached());
        sums.add(SumColumn.COMPLETION_TOKENS, correction.tokens().completion());
        sums.add(SumColumn.MICRO_CURRENCY, correction.microCurrency());
      }
    }

    /** The id in the dictionary of a grain. */
    long dimension(Grain grain, Dimensions dimensions) throws SQLException {
      return lookup(grain).id(dimensions);
    }

    private DimensionIds.Lookup lookup(Grain grain) {
      return lookups.computeIfAbsent(
          grain,
          missing -> {
            throw new IllegalStateException("no dictionary of " + missing);
          });
    }

    private List<UsageSums> at(Dimensions dimensions, long micros) throws SQLException {
      List<UsageSums> sums = new ArrayList<>(4);
      for (Grain grain : Grain.values()) {
        long id = lookup(grain).id(dimensions);
        sums.add(sums(new Cell(grain.hourly(), "hour", micros / UsageDimension.HOUR_MICROS, id)));
        sums.add(sums(new Cell(grain.daily(), "day", micros / UsageDimension.DAY_MICROS, id)));
      }
      return sums;
    }

    private UsageSums sums(Cell cell) {
      return cells.computeIfAbsent(cell, added -> new UsageSums());
    }

    /** Writes what was added. */
    void write() throws SQLException {
      for (Grain grain : Grain.values()) {
        write(grain.hourly(), "hour");
        write(grain.daily(), "day");
      }
    }

    private void write(String table, String bucketColumn) throws SQLException {
      try (PreparedStatement add = connection.prepareStatement(addSql(table, bucketColumn))) {
        boolean some = false;
        for (Map.Entry<Cell, UsageSums> entry : cells.entrySet()) {
          Cell cell = entry.getKey();
          if (cell.table.equals(table)) {
            add.setLong(1, cell.bucket);
            add.setLong(2, cell.dimension);
            for (SumColumn column : SumColumn.ALL) {
              add.setLong(3 + column.place(), entry.getValue().get(column));
            }
            add.addBatch();
            some = true;
          }
        }
        if (some) {
          add.executeBatch();
        }
      }
    }

    /** The transaction was committed. */
    void committed() {
      lookups.values().forEach(DimensionIds.Lookup::committed);
    }
  }

  private static String addSql(String table, String bucketColumn) {
    StringBuilder sql = new StringBuilder("INSERT INTO ").append(table);
    sql.append(" (").append(bucketColumn).append(", dimension, ").append(SumColumn.join("", ""));
    sql.append(") VALUES (?, ?").append(", ?".repeat(SumColumn.ALL.size()));
    sql.append(") ON CONFLICT (").append(bucketColumn).append(", dimension) DO UPDATE SET ");
    List<String> changes = new ArrayList<>();
    for (SumColumn column : SumColumn.ALL) {
      String name = column.column();
      changes.add(name + " = " + table + "." + name + " + excluded." + name);
    }
    return sql.append(String.join(", ", changes)).toString();
  }
}
