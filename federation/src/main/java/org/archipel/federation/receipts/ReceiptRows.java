package org.archipel.federation.receipts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The receipts in the database. */
final class ReceiptRows {
  static final String COLUMNS =
      "site, sequence, request, record_id, organization, model, service_class, engine_owner,"
          + " outcome, prompt_tokens, cached_tokens, completion_tokens, estimated, engine_micros,"
          + " audio_millis, tariff, micro_currency, currency, started_at, total_micros, state,"
          + " reason, statement";

  private ReceiptRows() {}

  /**
   * A receipt and what became of it.
   *
   * @param statement the month whose statement it is in
   */
  record Row(Crossing receipt, Verdict verdict, Optional<String> statement) {}

  static void insert(Handle handle, Crossing receipt, Verdict verdict, Instant now) {
    UsageRecord.Tokens tokens = receipt.used().tokens();
    @Nullable Long amount = receipt.price().map(UsageRecord.Price::microCurrency).orElse(null);
    handle
        .createUpdate(
            "INSERT INTO peer_receipts ("
                + COLUMNS
                + ", arrived_at, decided_at) VALUES (:site, :sequence, :request, :record,"
                + " :organization, :model, :class, :owner, :outcome, :prompt, :cached,"
                + " :completion, :estimated, :engine, :audio, :tariff, :amount, :currency,"
                + " :started, :total, :state, :reason, NULL, :now, :now)")
        .bind("site", receipt.way().site())
        .bind("sequence", receipt.sequence())
        .bind("request", receipt.request())
        .bind("record", receipt.record().toString())
        .bind("organization", receipt.organization())
        .bind("model", receipt.model())
        .bind("class", receipt.serviceClass())
        .bind("owner", receipt.owner())
        .bind("outcome", receipt.outcome().name().toLowerCase(Locale.ROOT))
        .bind("prompt", tokens.prompt())
        .bind("cached", tokens.cached())
        .bind("completion", tokens.completion())
        .bind("estimated", tokens.estimated() ? 1 : 0)
        .bind("engine", receipt.used().engineMicros())
        .bind("audio", receipt.used().audioMillis())
        .bind("tariff", receipt.price().map(UsageRecord.Price::tariff).orElse(null))
        .bind("amount", amount)
        .bind("currency", receipt.price().map(UsageRecord.Price::currency).orElse(null))
        .bind("started", micros(receipt.startedAt()))
        .bind("total", receipt.totalMicros())
        .bind("state", verdict.state().word())
        .bind("reason", verdict.reason().map(Dispute::word).orElse(null))
        .bind("now", micros(now))
        .execute();
  }

  static void decide(Handle handle, Crossing receipt, Verdict verdict, Instant now) {
    handle
        .createUpdate(
            "UPDATE peer_receipts SET state = :state, reason = :reason, decided_at = :now"
                + " WHERE site = :site AND sequence = :sequence")
        .bind("state", verdict.state().word())
        .bind("reason", verdict.reason().map(Dispute::word).orElse(null))
        .bind("now", micros(now))
        .bind("site", receipt.way().site())
        .bind("sequence", receipt.sequence())
        .execute();
  }

  static long last(Handle handle, String site) {
    return handle
        .createQuery("SELECT COALESCE(MAX(sequence), 0) FROM peer_receipts WHERE site = :site")
        .bind("site", site)
        .mapTo(Long.class)
        .one();
  }

  /** Those of a site in a state, in sequence. */
  static List<Row> inState(Handle handle, String site, Verdict.State state, long after, int most) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM peer_receipts WHERE site = :site AND state = :state"
                + " AND sequence > :after ORDER BY sequence LIMIT :most")
        .bind("site", site)
        .bind("state", state.word())
        .bind("after", after)
        .bind("most", most)
        .map((row, context) -> read(row))
        .list();
  }

  /** Those of a request, in sequence. */
  static List<Row> ofRequest(Handle handle, String site, String request) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM peer_receipts WHERE site = :site AND request = :request"
                + " ORDER BY sequence")
        .bind("site", site)
        .bind("request", request)
        .map((row, context) -> read(row))
        .list();
  }

  static Optional<Row> find(Handle handle, String site, long sequence) {
    return handle
        .createQuery(
            "SELECT " + COLUMNS + " FROM peer_receipts WHERE site = :site AND sequence = :sequence")
        .bind("site", site)
        .bind("sequence", sequence)
        .map((row, context) -> read(row))
        .findOne();
  }

  static Row read(ResultSet row) throws SQLException {
    return new Row(
        receipt(row),
        new Verdict(
            Verdict.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
            Optional.ofNullable(row.getString("reason")).map(Dispute::of)),
        Optional.ofNullable(row.getString("statement")));
  }

  private static Crossing receipt(ResultSet row) throws SQLException {
    String tariff = row.getString("tariff");
    Optional<UsageRecord.Price> price =
        tariff == null
            ? Optional.empty()
            : Optional.of(
                new UsageRecord.Price(
                    tariff, row.getLong("micro_currency"), row.getString("currency")));
    return new Crossing(
        new Crossing.Way(Crossing.Direction.TAKEN, row.getString("site")),
        row.getLong("sequence"),
        row.getString("request"),
        UUID.fromString(row.getString("record_id")),
        row.getString("organization"),
        row.getString("model"),
        row.getString("service_class"),
        row.getString("engine_owner"),
        UsageOutcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        new Crossing.Used(
            new UsageRecord.Tokens(
                row.getLong("prompt_tokens"),
                row.getLong("cached_tokens"),
                row.getLong("completion_tokens"),
                row.getInt("estimated") != 0),
            row.getLong("engine_micros"),
            row.getLong("audio_millis")),
        price,
        Instant.EPOCH.plus(row.getLong("started_at"), ChronoUnit.MICROS),
        row.getLong("total_micros"));
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
