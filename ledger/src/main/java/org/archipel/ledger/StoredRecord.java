package org.archipel.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** How a record lies in the table {@code usage_records}. */
final class StoredRecord {
  static final String COLUMNS =
      "id, started_at, request_id, site, organization, project, api_key, model, engine,"
          + " engine_owner, route, streamed, outcome, status, error_code, prompt_tokens,"
          + " cached_tokens, completion_tokens, estimated, queued_micros, first_byte_micros,"
          + " total_micros, request_bytes, response_bytes, attempts, service_class, person,"
          + " audio_millis, engine_micros, tariff, micro_currency, currency,"
          + " origin_site, origin_request, served_by";
  static final int COUNT = 35;

  /** What makes a record one of a person: the pseudonym, and what the caller named the request. */
  static final String PERSONAL = "(person IS NOT NULL OR request_id <> '')";

  /** Takes that out. */
  static final String IMPERSONAL = "UPDATE usage_records SET person = NULL, request_id = ''";

  private StoredRecord() {}

  /** Binds all columns in their order. */
  static void bind(PreparedStatement insert, UsageRecord record) throws SQLException {
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
    insert.setString(13, record.outcome().name().toLowerCase(Locale.ROOT));
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
    setOptional(insert, 33, record.origin().map(UsageRecord.Origin::site));
    setOptional(insert, 34, record.origin().map(UsageRecord.Origin::request));
    setOptional(insert, 35, record.servedBy());
  }

  private static void setOptional(PreparedStatement insert, int column, Optional<String> value)
      throws SQLException {
    if (value.isPresent()) {
      insert.setString(column, value.get());
    } else {
      insert.setNull(column, Types.VARCHAR);
    }
  }

  /** Reads a row of {@link #COLUMNS}. */
  static UsageRecord read(ResultSet row) throws SQLException {
    return new UsageRecord(
        UUID.fromString(row.getString("id")),
        instant(row.getLong("started_at")),
        row.getString("request_id"),
        row.getString("site"),
        new UsageRecord.Charged(
            row.getString("organization"), row.getString("project"), row.getString("api_key")),
        row.getString("model"),
        place(row),
        row.getString("route"),
        row.getInt("streamed") != 0,
        UsageOutcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        row.getInt("status"),
        Optional.ofNullable(row.getString("error_code")),
        new UsageRecord.Tokens(
            row.getLong("prompt_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("completion_tokens"),
            row.getInt("estimated") != 0),
        new UsageRecord.Timing(
            row.getLong("queued_micros"),
            row.getLong("first_byte_micros"),
            row.getLong("total_micros")),
        row.getLong("request_bytes"),
        row.getLong("response_bytes"),
        row.getInt("attempts"),
        Optional.ofNullable(row.getString("service_class")).orElse(""),
        Optional.ofNullable(row.getString("person")),
        row.getLong("audio_millis"),
        row.getLong("engine_micros"),
        price(row),
        origin(row),
        Optional.ofNullable(row.getString("served_by")));
  }

  private static Optional<UsageRecord.Place> place(ResultSet row) throws SQLException {
    String engine = row.getString("engine");
    return engine == null
        ? Optional.empty()
        : Optional.of(new UsageRecord.Place(engine, row.getString("engine_owner")));
  }

  private static Optional<UsageRecord.Origin> origin(ResultSet row) throws SQLException {
    String site = row.getString("origin_site");
    return site == null
        ? Optional.empty()
        : Optional.of(new UsageRecord.Origin(site, row.getString("origin_request")));
  }

  private static Optional<UsageRecord.Price> price(ResultSet row) throws SQLException {
    String tariff = row.getString("tariff");
    return tariff == null
        ? Optional.empty()
        : Optional.of(
            new UsageRecord.Price(
                tariff, row.getLong("micro_currency"), row.getString("currency")));
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
