package org.archipel.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.archipel.ledger.UsageReport.Row;
import org.archipel.ledger.UsageReport.Sums;
import org.archipel.storage.Database;
import org.jdbi.v3.core.statement.Query;

/**
 * The usage records in the database, table {@code usage_records}. Thread-safe; all methods block.
 */
final class UsageStore implements RecordStore {
  private static final String INSERT =
      """
      INSERT INTO usage_records (
        id, started_at, request_id, site, organization, project, api_key, model, engine,
        engine_owner, route, streamed, outcome, status, error_code, prompt_tokens, cached_tokens,
        completion_tokens, estimated, queued_micros, first_byte_micros, total_micros,
        request_bytes, response_bytes, attempts, service_class, person, audio_millis,
        engine_micros, tariff, micro_currency, currency)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """;
  private static final String SUMS =
      """
      COUNT(*),
      COUNT(CASE WHEN outcome = 'completed' THEN 1 END),
      COUNT(CASE WHEN outcome = 'cancelled' THEN 1 END),
      COUNT(CASE WHEN outcome = 'failed' THEN 1 END),
      COALESCE(SUM(prompt_tokens), 0),
      COALESCE(SUM(cached_tokens), 0),
      COALESCE(SUM(completion_tokens), 0),
      COALESCE(SUM(estimated), 0),
      COALESCE(SUM(queued_micros), 0),
      COALESCE(SUM(engine_micros), 0),
      COALESCE(SUM(audio_millis), 0),
      COALESCE(SUM(CASE WHEN currency = :currency OR :all = 1 THEN micro_currency END), 0)
      FROM usage_records
      """;

  private final Database database;
  private final String currency;

  /**
   * Makes or updates the tables.
   *
   * @param currency in which costs are summed
   */
  UsageStore(Database database, String currency) {
    this.database = database;
    this.currency = currency;
    database.migrate("ledger");
  }

  @Override
  public void insert(List<UsageRecord> records) {
    try {
      // Plain JDBC: binding 32 values through JDBI costs more than the insert.
      database.<Integer, SQLException>write(
          handle -> {
            try (PreparedStatement insert = handle.getConnection().prepareStatement(INSERT)) {
              for (UsageRecord record : records) {
                bind(insert, record);
                insert.addBatch();
              }
              insert.executeBatch();
              return records.size();
            }
          });
    } catch (SQLException e) {
      throw new JournalException("usage records cannot be stored: " + e.getMessage(), e);
    }
  }

  private static void bind(PreparedStatement insert, UsageRecord record) throws SQLException {
    insert.setString(1, record.id().toString());
    insert.setLong(2, RecordEncoder.micros(record.startedAt()));
    insert.setString(3, record.requestId());
    insert.setString(4, record.site());
    insert.setString(5, record.caller().organization());
    insert.setString(6, record.caller().project());
    insert.setString(7, record.caller().key());
    insert.setString(8, record.model());
    setOptional(insert, 9, record.engine().map(UsageRecord.Place::engine));
    setOptional(insert, 10, record.engine().map(UsageRecord.Place::owner));
    insert.setString(11, record.route());
    insert.setInt(12, record.streamed() ? 1 : 0);
    insert.setString(13, outcome(record.outcome()));
    insert.setInt(14, record.status());
    setOptional(insert, 15, record.errorCode());
    insert.setLong(16, record.tokens().prompt());
    insert.setLong(17, record.tokens().cached());
    insert.setLong(18, record.tokens().completion());
    insert.setInt(19, record.tokens().estimated() ? 1 : 0);
    insert.setLong(20, record.timing().queued());
    insert.setLong(21, record.timing().firstByte());
    insert.setLong(22, record.timing().total());
    insert.setLong(23, record.requestBytes());
    insert.setLong(24, record.responseBytes());
    insert.setInt(25, record.attempts());
    setOptional(insert, 26, Optional.of(record.serviceClass()).filter(word -> !word.isEmpty()));
    setOptional(insert, 27, record.person());
    insert.setLong(28, record.audioMillis());
    insert.setLong(29, record.engineMicros());
    setOptional(insert, 30, record.price().map(UsageRecord.Price::tariff));
    if (record.price().isPresent()) {
      insert.setLong(31, record.price().get().microCurrency());
    } else {
      insert.setNull(31, Types.BIGINT);
    }
    setOptional(insert, 32, record.price().map(UsageRecord.Price::currency));
  }

  private static void setOptional(PreparedStatement insert, int column, Optional<String> value)
      throws SQLException {
    if (value.isPresent()) {
      insert.setString(column, value.get());
    } else {
      insert.setNull(column, Types.VARCHAR);
    }
  }

  private static String outcome(UsageOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean settle() {
    return database.settle();
  }

  /** The sums of what is stored now. */
  List<Row> sums(UsageQuery query) {
    boolean anyCurrency =
        query.groupBy().contains(UsageDimension.CURRENCY)
            || query.filters().containsKey(UsageDimension.CURRENCY);
    return database.read(
        handle -> {
          Query sums = handle.createQuery(sql(query));
          query.filters().forEach((dimension, value) -> sums.bind(dimension.column(), value));
          return sums.bind("since", query.since().map(RecordEncoder::micros).orElse(Long.MIN_VALUE))
              .bind("until", query.until().map(RecordEncoder::micros).orElse(Long.MAX_VALUE))
              .bind("currency", currency)
              .bind("all", anyCurrency ? 1 : 0)
              .map((row, context) -> row(row, query))
              .list();
        });
  }

  /** Built from the fixed expressions of {@link UsageDimension} only, never from a value. */
  private static String sql(UsageQuery query) {
    StringBuilder where = new StringBuilder("WHERE started_at >= :since AND started_at < :until");
    for (UsageDimension dimension : query.filters().keySet()) {
      where.append(" AND ").append(dimension.ofRecord()).append(" = :").append(dimension.column());
    }
    if (query.groupBy().isEmpty()) {
      return "SELECT " + SUMS + where;
    }
    String keys =
        query.groupBy().stream().map(UsageDimension::ofRecord).collect(Collectors.joining(", "));
    return "SELECT " + keys + ", " + SUMS + where + " GROUP BY " + keys + " ORDER BY " + keys;
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
    return new Row(keys, sums(row, column));
  }

  private static Sums sums(ResultSet row, int column) throws SQLException {
    return new Sums(
        row.getLong(column),
        row.getLong(column + 1),
        row.getLong(column + 2),
        row.getLong(column + 3),
        row.getLong(column + 4),
        row.getLong(column + 5),
        row.getLong(column + 6),
        row.getLong(column + 7),
        row.getLong(column + 8),
        row.getLong(column + 9),
        row.getLong(column + 10),
        row.getLong(column + 11));
  }
}
