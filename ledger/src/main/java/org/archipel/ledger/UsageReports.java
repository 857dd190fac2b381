package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.ledger.UsageReport.Row;
import org.archipel.ledger.UsageReport.Sums;
import org.archipel.storage.Database;
import org.archipel.storage.PageCursor;
import org.jdbi.v3.core.statement.Query;

/**
 * Answers questions about usage from the sums by hour and day, and to the microsecond from records
 * where a question begins or ends within an hour. Thread-safe; all methods block.
 */
final class UsageReports {
  private final Database database;
  private final String currency;

  /**
   * Works on tables that are up to date.
   *
   * @param currency in which costs are summed
   */
  UsageReports(Database database, String currency) {
    this.database = database;
    this.currency = currency;
  }

  /**
   * Rows in the order of their keys.
   *
   * @param after the keys of the row before the first one, as {@link #cursor} tells them
   * @param most how many rows
   */
  List<Row> rows(UsageQuery query, Optional<PageCursor> after, int most) {
    UsageSql sql = new UsageSql(query, after.isPresent());
    return database.read(
        handle -> {
          Query sums = handle.createQuery(sql.text());
          sql.bounds().forEach(sums::bind);
          query.filters().forEach((dimension, value) -> sums.bind(dimension.column(), value));
          if (sql.namesCurrency()) {
            sums.bind("ledger_currency", currency);
          }
          new ScopeSql(query.within()).bind(sums);
          after.ifPresent(cursor -> bind(sums, query.groupBy(), cursor));
          return sums.bind("most", most).map((row, context) -> row(row, query)).list();
        });
  }

  private static void bind(Query sums, Set<UsageDimension> keys, PageCursor cursor) {
    int index = 0;
    for (UsageDimension key : keys) {
      if (key.time()) {
        sums.bind("after" + index, cursor.number(index));
      } else {
        sums.bind("after" + index, cursor.value(index));
      }
      index++;
    }
  }

  /** Where a page ends with this row. */
  static PageCursor cursor(Row row) {
    List<String> values = new ArrayList<>();
    row.keys().forEach((key, value) -> values.add(key.stored(value)));
    return new PageCursor(values);
  }

  private static Row row(ResultSet row, UsageQuery query) throws SQLException {
    Map<UsageDimension, String> keys = new EnumMap<>(UsageDimension.class);
    int column = 1;
    for (UsageDimension dimension : query.groupBy()) {
      keys.put(
          dimension,
          dimension.time() ? dimension.text(row.getLong(column)) : row.getString(column));
      column++;
    }
    Map<SumColumn, Long> sums = new EnumMap<>(SumColumn.class);
    for (SumColumn sum : SumColumn.ALL) {
      sums.put(sum, row.getLong(column + sum.place()));
    }
    return new Row(keys, sums(sums));
  }

  private static Sums sums(Map<SumColumn, Long> sums) {
    return new Sums(
        sums.getOrDefault(SumColumn.REQUESTS, 0L),
        sums.getOrDefault(SumColumn.COMPLETED, 0L),
        sums.getOrDefault(SumColumn.CANCELLED, 0L),
        sums.getOrDefault(SumColumn.FAILED, 0L),
        sums.getOrDefault(SumColumn.PROMPT_TOKENS, 0L),
        sums.getOrDefault(SumColumn.CACHED_TOKENS, 0L),
        sums.getOrDefault(SumColumn.COMPLETION_TOKENS, 0L),
        sums.getOrDefault(SumColumn.ESTIMATED, 0L),
        sums.getOrDefault(SumColumn.QUEUED_MICROS, 0L),
        sums.getOrDefault(SumColumn.ENGINE_MICROS, 0L),
        sums.getOrDefault(SumColumn.AUDIO_MILLIS, 0L),
        sums.getOrDefault(SumColumn.MICRO_CURRENCY, 0L));
  }
}
