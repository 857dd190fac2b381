package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Gives out records and charges one after the other, in the order of their time. However long the
 * time, a bounded part is in memory, and the database is read a part at a time: what is written
 * meanwhile may or may not be there. Thread-safe; all methods block.
 */
public final class UsageExports {
  private static final int BATCH = 1_000;

  private final Database database;
  private final String currency;

  /**
   * Works on tables that are up to date.
   *
   * @param currency of the ledger
   */
  UsageExports(Database database, String currency) {
    this.database = database;
    this.currency = currency;
  }

  /** Records; days on which nothing was used cost nothing. */
  public void records(ExportFilter filter, Consumer<ExportedRecord> sink) {
    long since = RecordEncoder.micros(filter.since());
    long until = RecordEncoder.micros(filter.until());
    OptionalLong day = nextDay(filter, Math.floorDiv(since, UsageDimension.DAY_MICROS));
    while (day.isPresent() && day.getAsLong() * UsageDimension.DAY_MICROS < until) {
      long first = day.getAsLong() * UsageDimension.DAY_MICROS;
      long end = first + UsageDimension.DAY_MICROS;
      recordsOfDay(filter, Math.max(first, since), Math.min(end, until), sink);
      day = nextDay(filter, day.getAsLong() + 1);
    }
  }

  /** The first day from one on with usage; sums know it without looking at records. */
  private OptionalLong nextDay(ExportFilter filter, long from) {
    boolean any = filter.person().isEmpty() && filter.key().isEmpty();
    String sql =
        any
            ? "SELECT MIN(day) FROM usage_project_daily WHERE day >= :from"
            : "SELECT MIN(r.day) FROM usage_daily r JOIN usage_dimensions d ON d.id = r.dimension"
                + " WHERE r.day >= :from"
                + (filter.person().isPresent() ? " AND d.person = :person" : "")
                + (filter.key().isPresent() ? " AND d.api_key = :key" : "");
    return database.read(
        handle -> {
          Query query = handle.createQuery(sql).bind("from", from);
          filter.person().ifPresent(person -> query.bind("person", person));
          filter.key().ifPresent(key -> query.bind("key", key));
          return query.map((row, context) -> optional(row)).one();
        });
  }

  /** The number in the first column, if it is not null. */
  static OptionalLong optional(ResultSet row) throws SQLException {
    long value = row.getLong(1);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private void recordsOfDay(
      ExportFilter filter, long since, long until, Consumer<ExportedRecord> sink) {
    long at = since;
    String after = "";
    List<ExportedRecord> batch;
    do {
      long from = at;
      String id = after;
      batch = database.read(handle -> batch(handle, filter, from, id, until));
      batch.forEach(sink);
      if (!batch.isEmpty()) {
        UsageRecord last = batch.getLast().record();
        at = RecordEncoder.micros(last.startedAt());
        after = last.id().toString();
      }
    } while (batch.size() == BATCH);
  }

  private List<ExportedRecord> batch(
      Handle handle, ExportFilter filter, long from, String after, long until) {
    StringBuilder sql =
        new StringBuilder("SELECT ")
            .append(StoredRecord.COLUMNS)
            .append(" FROM usage_records WHERE started_at >= :from AND started_at < :until")
            .append(" AND (started_at > :from OR id > :after)");
    filter.person().ifPresent(given -> sql.append(" AND person = :person"));
    filter.key().ifPresent(given -> sql.append(" AND api_key = :key"));
    ScopeSql scope = new ScopeSql(filter.within());
    sql.append(scope.condition("organization", "project"));
    Query query =
        handle
            .createQuery(sql.append(" ORDER BY started_at, id LIMIT :most").toString())
            .bind("from", from)
            .bind("until", until)
            .bind("after", after)
            .bind("most", BATCH);
    filter.person().ifPresent(person -> query.bind("person", person));
    filter.key().ifPresent(key -> query.bind("key", key));
    scope.bind(query);
    return corrected(handle, query.map((row, context) -> StoredRecord.read(row)).list());
  }

  /** Sums of the corrections of one record in one currency. */
  private record Sums(Correction.Difference tokens, long microCurrency) {}

  private List<ExportedRecord> corrected(Handle handle, List<UsageRecord> records) {
    if (records.isEmpty()) {
      return List.of();
    }
    Map<String, Map<String, Sums>> found = new HashMap<>();
    handle
        .createQuery(
            "SELECT c.record_id, c.currency, SUM(c.prompt_tokens), SUM(c.cached_tokens),"
                + " SUM(c.completion_tokens), SUM(c.micro_currency) FROM usage_corrections c"
                + " JOIN usage_records r ON r.id = c.record_id"
                + " WHERE r.started_at >= :first AND r.started_at <= :last"
                + " GROUP BY c.record_id, c.currency")
        .bind("first", RecordEncoder.micros(records.getFirst().startedAt()))
        .bind("last", RecordEncoder.micros(records.getLast().startedAt()))
        .map(
            (row, context) ->
                found
                        .computeIfAbsent(row.getString(1), added -> new HashMap<>())
                        .put(row.getString(2), sums(row))
                    == null)
        .list();
    Map<String, YearMonth> late = late(handle, records);
    return records.stream()
        .map(
            record -> {
              String id = record.id().toString();
              YearMonth own = ClosedPeriods.month(record.startedAt());
              YearMonth stated = late.getOrDefault(id, own);
              return exported(record, found.getOrDefault(id, Map.of()), stated);
            })
        .toList();
  }

  private static Map<String, YearMonth> late(Handle handle, List<UsageRecord> records) {
    Map<String, YearMonth> late = new HashMap<>();
    handle
        .createQuery(
            "SELECT l.record_id, l.stated_at FROM usage_late l"
                + " JOIN usage_records r ON r.id = l.record_id"
                + " WHERE r.started_at >= :first AND r.started_at <= :last")
        .bind("first", RecordEncoder.micros(records.getFirst().startedAt()))
        .bind("last", RecordEncoder.micros(records.getLast().startedAt()))
        .map(
            (row, context) ->
                late.put(
                        row.getString(1), ClosedPeriods.month(StoredRecord.instant(row.getLong(2))))
                    == null)
        .list();
    return late;
  }

  private static Sums sums(ResultSet row) throws SQLException {
    return new Sums(
        new Correction.Difference(row.getLong(3), row.getLong(4), row.getLong(5)), row.getLong(6));
  }

  private ExportedRecord exported(
      UsageRecord record, Map<String, Sums> corrections, YearMonth stated) {
    String unit = record.price().map(UsageRecord.Price::currency).orElse(currency);
    long prompt = 0;
    long cached = 0;
    long completion = 0;
    for (Sums sums : corrections.values()) {
      prompt += sums.tokens.prompt();
      cached += sums.tokens.cached();
      completion += sums.tokens.completion();
    }
    Sums ofPrice = corrections.getOrDefault(unit, new Sums(Correction.Difference.NONE, 0));
    return new ExportedRecord(
        record,
        new Correction.Difference(prompt, cached, completion),
        unit,
        ofPrice.microCurrency,
        stated);
  }

  /**
   * Charges of whole days (UTC), day by day. They come from sums: records that were purged are in
   * them, persons and keys are not. The sum over all is that of records and corrections.
   *
   * @param since the first day
   * @param until the day after the last
   */
  public void charges(LocalDate since, LocalDate until, Consumer<Charge> sink) {
    OptionalLong day = nextChargedDay(since.toEpochDay());
    while (day.isPresent() && day.getAsLong() < until.toEpochDay()) {
      long at = day.getAsLong();
      List<Charge> charges = database.read(handle -> DayCharges.of(handle, at));
      charges.forEach(sink);
      day = nextChargedDay(at + 1);
    }
  }

  /** Every correction is in the sums of its day, and so is what came late. */
  private OptionalLong nextChargedDay(long from) {
    return nextDay(ExportFilter.ALL, from);
  }
}
