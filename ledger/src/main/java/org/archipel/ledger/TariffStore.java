package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.archipel.storage.PageCursor;
import org.jdbi.v3.core.Handle;

/** The table {@code tariffs}. All methods work within a transaction of the caller's. */
final class TariffStore {
  private static final String COLUMNS =
      "id, version, model, engine_owner, service_class, organization, organization_kind,"
          + " prompt_rate, cached_rate, completion_rate, engine_rate, audio_rate, request_rate,"
          + " currency, valid_from, valid_until";

  private TariffStore() {}

  static List<Tariff> all(Handle handle) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM tariffs")
        .map((row, context) -> tariff(row))
        .list();
  }

  static Optional<Tariff> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM tariffs WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> tariff(row))
        .findOne();
  }

  /** By their beginning, the latest first. */
  static List<Tariff> list(Handle handle, Optional<PageCursor> after, int rows) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM tariffs WHERE valid_from < :from OR (valid_from = :from AND id < :id)"
                + " ORDER BY valid_from DESC, id DESC LIMIT :rows")
        .bind("from", after.map(cursor -> cursor.number(0)).orElse(Long.MAX_VALUE))
        .bind("id", after.map(cursor -> cursor.value(1)).orElse(""))
        .bind("rows", rows)
        .map((row, context) -> tariff(row))
        .list();
  }

  static void insert(Handle handle, Tariff tariff) {
    TariffSelector applies = tariff.applies();
    Rates rates = tariff.rates();
    handle
        .createUpdate(
            "INSERT INTO tariffs ("
                + COLUMNS
                + ") VALUES (:id, :version, :model, :owner, :class, :organization, :kind, :prompt,"
                + " :cached, :completion, :engine, :audio, :request, :currency, :from, :until)")
        .bind("id", tariff.id())
        .bind("version", tariff.version())
        .bind("model", applies.model().orElse(""))
        .bind("owner", applies.owner().orElse(""))
        .bind("class", applies.serviceClass().orElse(""))
        .bind("organization", applies.organization().orElse(""))
        .bind("kind", applies.organizationKind().orElse(""))
        .bind("prompt", rates.promptPerMillion())
        .bind("cached", rates.cachedPerMillion())
        .bind("completion", rates.completionPerMillion())
        .bind("engine", rates.perEngineSecond())
        .bind("audio", rates.perAudioSecond())
        .bind("request", rates.perRequest())
        .bind("currency", tariff.currency())
        .bind("from", RecordEncoder.micros(tariff.validFrom()))
        .bind("until", tariff.validUntil().map(RecordEncoder::micros))
        .execute();
  }

  static void end(Handle handle, Tariff ended) {
    handle
        .createUpdate("UPDATE tariffs SET valid_until = :until, version = :version WHERE id = :id")
        .bind("until", ended.validUntil().map(RecordEncoder::micros))
        .bind("version", ended.version())
        .bind("id", ended.id())
        .execute();
  }

  private static Tariff tariff(ResultSet row) throws SQLException {
    long until = row.getLong("valid_until");
    Optional<Instant> end = row.wasNull() ? Optional.empty() : Optional.of(instant(until));
    return new Tariff(
        row.getString("id"),
        row.getLong("version"),
        new TariffSelector(
            text(row, "model"),
            text(row, "engine_owner"),
            text(row, "service_class"),
            text(row, "organization"),
            text(row, "organization_kind")),
        new Rates(
            row.getLong("prompt_rate"),
            row.getLong("cached_rate"),
            row.getLong("completion_rate"),
            row.getLong("engine_rate"),
            row.getLong("audio_rate"),
            row.getLong("request_rate")),
        row.getString("currency"),
        instant(row.getLong("valid_from")),
        end);
  }

  private static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.of(row.getString(column)).filter(text -> !text.isEmpty());
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
