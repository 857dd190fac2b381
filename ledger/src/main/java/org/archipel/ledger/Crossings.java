package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.archipel.storage.Database;

/**
 * The requests that crossed between this site and others, each way in sequence: what receipts and
 * settlement are made from. Thread-safe; all methods block.
 */
public final class Crossings {
  static final String COLUMNS =
      "direction, site, sequence, request, record_id, organization, model, service_class,"
          + " engine_owner, outcome, prompt_tokens, cached_tokens, completion_tokens, estimated,"
          + " engine_micros, audio_millis, tariff, micro_currency, currency, started_at,"
          + " total_micros";
  static final int COUNT = 21;
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private final Database database;

  Crossings(Database database) {
    this.database = database;
  }

  /**
   * Those of a way, in sequence.
   *
   * @param after the sequence of the one before the first; 0 for all
   * @param most how many at most
   * @throws org.archipel.storage.StorageException when the store cannot be read
   */
  public List<Crossing> list(Crossing.Way way, long after, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM usage_crossings WHERE direction = :direction AND site = :site"
                        + " AND sequence > :after ORDER BY sequence LIMIT :most")
                .bind("direction", way.direction().word())
                .bind("site", way.site())
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * Those of a way that are of certain requests.
   *
   * @param requests ids of records at the origin, at most a few hundred
   */
  public List<Crossing> find(Crossing.Way way, Collection<String> requests) {
    if (requests.isEmpty()) {
      return List.of();
    }
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM usage_crossings WHERE direction = :direction AND site = :site"
                        + " AND request IN (<requests>) ORDER BY sequence")
                .bind("direction", way.direction().word())
                .bind("site", way.site())
                .bindList("requests", List.copyOf(requests))
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * Those of a way that have certain sequences.
   *
   * @param sequences at most a few thousand
   */
  public List<Crossing> numbered(Crossing.Way way, Collection<Long> sequences) {
    if (sequences.isEmpty()) {
      return List.of();
    }
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM usage_crossings WHERE direction = :direction AND site = :site"
                        + " AND sequence IN (<sequences>) ORDER BY sequence")
                .bind("direction", way.direction().word())
                .bind("site", way.site())
                .bindList("sequences", List.copyOf(sequences))
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * What the crossings of a way from one sequence to another come to, by currency.
   *
   * @param after the sequence before the first
   * @param through the last
   */
  public List<CrossingSums> sums(Crossing.Way way, long after, long through) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT COALESCE(currency, '') AS unit, COUNT(*) AS requests,"
                        + " SUM(prompt_tokens) AS prompt_tokens,"
                        + " SUM(cached_tokens) AS cached_tokens,"
                        + " SUM(completion_tokens) AS completion_tokens,"
                        + " SUM(engine_micros) AS engine_micros,"
                        + " COALESCE(SUM(micro_currency), 0) AS micro_currency"
                        + " FROM usage_crossings WHERE direction = :direction AND site = :site"
                        + " AND sequence > :after AND sequence <= :through"
                        + " GROUP BY COALESCE(currency, '') ORDER BY COALESCE(currency, '')")
                .bind("direction", way.direction().word())
                .bind("site", way.site())
                .bind("after", after)
                .bind("through", through)
                .map((row, context) -> CrossingSums.read(row))
                .list());
  }

  /**
   * The highest sequence of a way among requests that arrived before a time; 0 when there is none.
   * Later ones that are stored afterwards have higher sequences, whenever they arrived.
   */
  public long last(Crossing.Way way, Instant before) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT COALESCE(MAX(sequence), 0) FROM usage_crossings"
                        + " WHERE direction = :direction AND site = :site AND started_at < :before")
                .bind("direction", way.direction().word())
                .bind("site", way.site())
                .bind("before", RecordEncoder.micros(before))
                .mapTo(Long.class)
                .one());
  }

  /** The highest sequence of a way; 0 when there is none. */
  public long last(Crossing.Way way) {
    return last(way, NEVER);
  }

  /** The ids of all sites with which requests crossed in a direction. */
  public List<String> sites(Crossing.Direction direction) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT DISTINCT site FROM usage_crossings WHERE direction = :direction"
                        + " ORDER BY site")
                .bind("direction", direction.word())
                .mapTo(String.class)
                .list());
  }

  private static Crossing read(ResultSet row) throws SQLException {
    return new Crossing(
        new Crossing.Way(
            Crossing.Direction.valueOf(row.getString("direction").toUpperCase(Locale.ROOT)),
            row.getString("site")),
        row.getLong("sequence"),
        row.getString("request"),
        UUID.fromString(row.getString("record_id")),
        row.getString("organization"),
        row.getString("model"),
        row.getString("service_class"),
        row.getString("engine_owner"),
        UsageOutcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        used(row),
        price(row),
        StoredRecord.instant(row.getLong("started_at")),
        row.getLong("total_micros"));
  }

  private static Crossing.Used used(ResultSet row) throws SQLException {
    return new Crossing.Used(
        new UsageRecord.Tokens(
            row.getLong("prompt_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("completion_tokens"),
            row.getInt("estimated") != 0),
        row.getLong("engine_micros"),
        row.getLong("audio_millis"));
  }

  private static Optional<UsageRecord.Price> price(ResultSet row) throws SQLException {
    String tariff = row.getString("tariff");
    return tariff == null
        ? Optional.empty()
        : Optional.of(
            new UsageRecord.Price(
                tariff, row.getLong("micro_currency"), row.getString("currency")));
  }
}
