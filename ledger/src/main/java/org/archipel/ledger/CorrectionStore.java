package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.archipel.storage.Actor;
import org.archipel.storage.PageCursor;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** The table {@code usage_corrections}. All methods work within a transaction of the caller's. */
final class CorrectionStore {
  /** Of the table as {@code c}. */
  static final String COLUMNS =
      "c.id, c.record_id, c.kind, c.reason, c.prompt_tokens, c.cached_tokens,"
          + " c.completion_tokens, c.micro_currency, c.currency, c.tariff, c.actor_kind,"
          + " c.actor_id, c.created_at, c.counted_at";

  private CorrectionStore() {}

  /**
   * A correction and its row in the dictionary.
   *
   * @param settled whether it counts in another month than its record
   */
  record Placed(Correction correction, long dimension, boolean settled) {}

  static void insert(Handle handle, List<Placed> corrections) {
    if (corrections.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO usage_corrections ("
                + COLUMNS.replace("c.", "")
                + ", dimension, settled) VALUES (:id, :record, :kind, :reason, :prompt, :cached,"
                + " :completion, :amount, :currency, :tariff, :actorKind, :actorId, :created,"
                + " :counted, :dimension, :settled)");
    for (Placed placed : corrections) {
      Correction c = placed.correction();
      batch
          .bind("id", c.id().toString())
          .bind("record", c.record().toString())
          .bind("kind", word(c.kind()))
          .bind("reason", c.reason())
          .bind("prompt", c.tokens().prompt())
          .bind("cached", c.tokens().cached())
          .bind("completion", c.tokens().completion())
          .bind("amount", c.microCurrency())
          .bind("currency", c.currency())
          .bind("tariff", c.tariff())
          .bind("actorKind", c.actor().kind())
          .bind("actorId", c.actor().id())
          .bind("created", RecordEncoder.micros(c.createdAt()))
          .bind("counted", RecordEncoder.micros(c.countedAt()))
          .bind("dimension", placed.dimension())
          .bind("settled", placed.settled() ? 1 : 0)
          .add();
    }
    batch.execute();
  }

  /** The latest first. */
  static List<Correction> list(
      Handle handle,
      Optional<UUID> record,
      Optional<String> organization,
      Optional<PageCursor> after,
      int rows) {
    String only =
        (record.isPresent() ? " AND c.record_id = :record" : "")
            + (organization.isPresent()
                ? " AND EXISTS (SELECT 1 FROM usage_dimensions d WHERE d.id = c.dimension"
                    + " AND (d.organization = :organization OR d.engine_owner = :organization))"
                : "");
    Query query =
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM usage_corrections c WHERE c.id < :after"
                    + only
                    + " ORDER BY c.id DESC LIMIT :rows")
            // Above every id, which begins with a hexadecimal digit.
            .bind("after", after.map(cursor -> cursor.value(0)).orElse("g"))
            .bind("rows", rows);
    record.ifPresent(id -> query.bind("record", id.toString()));
    organization.ifPresent(name -> query.bind("organization", name));
    return query.map((row, context) -> read(row)).list();
  }

  /** Reads a row of {@link #COLUMNS}. */
  static Correction read(ResultSet row) throws SQLException {
    return new Correction(
        UUID.fromString(row.getString("id")),
        UUID.fromString(row.getString("record_id")),
        Correction.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("reason"),
        new Correction.Difference(
            row.getLong("prompt_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("completion_tokens")),
        row.getLong("micro_currency"),
        row.getString("currency"),
        Optional.ofNullable(row.getString("tariff")),
        new Actor(row.getString("actor_kind"), row.getString("actor_id")),
        StoredRecord.instant(row.getLong("created_at")),
        StoredRecord.instant(row.getLong("counted_at")));
  }

  private static String word(Correction.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** The records of a list that begins and ends with these times, as corrections left them. */
  static List<Standing> standings(Handle handle, List<UsageRecord> records) {
    if (records.isEmpty()) {
      return List.of();
    }
    Map<String, Standing> standings = new HashMap<>();
    List<Standing> inOrder = new ArrayList<>();
    for (UsageRecord record : records) {
      Standing standing = new Standing(record);
      standings.put(record.id().toString(), standing);
      inOrder.add(standing);
    }
    handle
        .createQuery(
            "SELECT c.record_id, c.kind, c.currency, c.tariff, c.prompt_tokens, c.cached_tokens,"
                + " c.completion_tokens, c.micro_currency FROM usage_corrections c"
                + " JOIN usage_records r ON r.id = c.record_id"
                + " WHERE r.started_at >= :first AND r.started_at <= :last ORDER BY c.id")
        .bind("first", RecordEncoder.micros(records.getFirst().startedAt()))
        .bind("last", RecordEncoder.micros(records.getLast().startedAt()))
        .map(
            (row, context) -> {
              Standing standing = standings.get(row.getString("record_id"));
              if (standing != null) {
                standing.apply(row);
              }
              return true;
            })
        .list();
    return inOrder;
  }
}
