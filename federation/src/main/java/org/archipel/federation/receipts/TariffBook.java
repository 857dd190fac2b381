package org.archipel.federation.receipts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.archipel.federation.trust.Partner;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.PriceList;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What other sites said that requests cost there, and since when this one knows. A tariff never
 * changes but for its end. Thread-safe; {@link #heard} blocks when something is new.
 */
public final class TariffBook implements Matching.PeerPrices {
  /** A partner's tariffs are few; more is an attack on this site's memory. */
  public static final int MOST = 200;

  private final Database database;
  private final Clock clock;
  private final Map<String, Map<String, Heard>> sites = new ConcurrentHashMap<>();

  private record Heard(Tariff tariff, Instant at) {}

  /** Reads what was heard before, from tables that are up to date. */
  public TariffBook(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    database
        .<List<Map.Entry<String, Heard>>, RuntimeException>read(
            handle ->
                handle
                    .createQuery(
                        "SELECT site, id, model, engine_owner, service_class, organization,"
                            + " prompt_rate, cached_rate, completion_rate, engine_rate,"
                            + " audio_rate, request_rate, currency, valid_from, valid_until,"
                            + " heard_at FROM peer_tariffs")
                    .map((row, context) -> Map.entry(row.getString("site"), read(row)))
                    .list())
        .forEach(
            entry ->
                sites
                    .computeIfAbsent(entry.getKey(), added -> new ConcurrentHashMap<>())
                    .put(entry.getValue().tariff.id(), entry.getValue()));
  }

  /** A partner told its tariffs that are valid now or will be. */
  public synchronized void heard(String site, Collection<Tariff> tariffs) {
    Map<String, Heard> known = sites.computeIfAbsent(site, added -> new ConcurrentHashMap<>());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Map<String, Heard> changed = new HashMap<>();
    for (Tariff tariff : tariffs) {
      Optional<Heard> before = Optional.ofNullable(known.get(tariff.id()));
      if (before.isEmpty()) {
        changed.put(tariff.id(), new Heard(tariff, now));
      } else if (!before.get().tariff.validUntil().equals(tariff.validUntil())) {
        changed.put(tariff.id(), new Heard(ending(before.get().tariff, tariff), before.get().at));
      }
    }
    if (!changed.isEmpty()) {
      database.write(
          handle -> {
            changed.values().forEach(heard -> store(handle, site, heard));
            return changed.size();
          });
      known.putAll(changed);
    }
  }

  /** The tariff as it was heard first, with another end. */
  private static Tariff ending(Tariff first, Tariff now) {
    return new Tariff(
        first.id(),
        now.version(),
        first.applies(),
        first.rates(),
        first.currency(),
        first.validFrom(),
        now.validUntil());
  }

  @Override
  public Optional<Tariff> tariff(Crossing receipt, Instant heardUntil) {
    Map<String, Heard> known = sites.getOrDefault(receipt.way().site(), Map.of());
    List<Tariff> heard =
        known.values().stream()
            .filter(one -> !one.at.isAfter(heardUntil))
            .map(Heard::tariff)
            .toList();
    return PriceList.of(heard)
        .tariff(
            receipt.startedAt(),
            receipt.model(),
            receipt.owner(),
            receipt.serviceClass(),
            receipt.organization());
  }

  /** What a partner asks for requests to a model on its own engines, about. */
  public Optional<Tariff> about(Partner partner, String model, Instant now) {
    Map<String, Heard> known = sites.getOrDefault(partner.siteId(), Map.of());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    return PriceList.of(known.values().stream().map(Heard::tariff).toList())
        .tariff(now, model, partner.organization(), "standard", "");
  }

  private static void store(Handle handle, String site, Heard heard) {
    Tariff tariff = heard.tariff;
    Rates rates = tariff.rates();
    @Nullable Long until = tariff.validUntil().map(ReceiptRows::micros).orElse(null);
    handle
        .createUpdate(
            "INSERT INTO peer_tariffs (site, id, model, engine_owner, service_class,"
                + " organization, prompt_rate, cached_rate, completion_rate, engine_rate,"
                + " audio_rate, request_rate, currency, valid_from, valid_until, heard_at)"
                + " VALUES (:site, :id, :model, :owner, :class, :organization, :prompt, :cached,"
                + " :completion, :engine, :audio, :request, :currency, :from, :until, :at)"
                + " ON CONFLICT (site, id) DO UPDATE SET valid_until = excluded.valid_until")
        .bind("site", site)
        .bind("id", tariff.id())
        .bind("model", tariff.applies().model().orElse(""))
        .bind("owner", tariff.applies().owner().orElse(""))
        .bind("class", tariff.applies().serviceClass().orElse(""))
        .bind("organization", tariff.applies().organization().orElse(""))
        .bind("prompt", rates.promptPerMillion())
        .bind("cached", rates.cachedPerMillion())
        .bind("completion", rates.completionPerMillion())
        .bind("engine", rates.perEngineSecond())
        .bind("audio", rates.perAudioSecond())
        .bind("request", rates.perRequest())
        .bind("currency", tariff.currency())
        .bind("from", ReceiptRows.micros(tariff.validFrom()))
        .bind("until", until)
        .bind("at", ReceiptRows.micros(heard.at))
        .execute();
  }

  private static Heard read(ResultSet row) throws SQLException {
    long until = row.getLong("valid_until");
    Optional<Instant> end = row.wasNull() ? Optional.empty() : Optional.of(instant(until));
    Tariff tariff =
        new Tariff(
            row.getString("id"),
            1,
            new TariffSelector(
                named(row, "model"),
                named(row, "engine_owner"),
                named(row, "service_class"),
                named(row, "organization"),
                Optional.empty()),
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
    return new Heard(tariff, instant(row.getLong("heard_at")));
  }

  private static Optional<String> named(ResultSet row, String column) throws SQLException {
    return Optional.of(row.getString(column)).filter(text -> !text.isEmpty());
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
