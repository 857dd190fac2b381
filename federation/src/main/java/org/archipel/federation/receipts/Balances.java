package org.archipel.federation.receipts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.archipel.federation.receipts.DisputedRequest.Numbers;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.CrossingSums;
import org.archipel.ledger.Crossings;
import org.archipel.ledger.UsageRecord;
import org.archipel.storage.Database;

/** Sums up what stands between this site and others. Thread-safe; all methods block. */
final class Balances {
  /** What counts for contribution: giving and taking of a month. */
  private static final Duration LATELY = Duration.ofDays(30);

  /** As in the scheduler: about 20,000 short requests change nothing. */
  private static final double NEUTRAL = 20e6;

  private static final double LEAST = 0.5;
  private static final double MOST = 2;
  private static final double CACHED = 0.1;
  private static final double WRITTEN = 4;

  private final Database database;
  private final Crossings crossings;
  private final Clock clock;

  Balances(Database database, Crossings crossings, Clock clock) {
    this.database = database;
    this.crossings = crossings;
    this.clock = clock;
  }

  /** What stands between this site and another, by currency. */
  List<Balance> of(String site) {
    Map<String, CrossingSums> given = new TreeMap<>();
    for (CrossingSums sums : crossings.sums(new Way(Direction.GIVEN, site), 0, Long.MAX_VALUE)) {
      given.put(sums.currency(), sums);
    }
    Map<String, Map<String, CrossingSums>> taken = taken(site);
    TreeSet<String> currencies = new TreeSet<>(given.keySet());
    taken.values().forEach(sums -> currencies.addAll(sums.keySet()));
    List<Balance> balances = new ArrayList<>();
    for (String currency : currencies) {
      CrossingSums gave = given.getOrDefault(currency, CrossingSums.none(currency));
      CrossingSums agreed =
          of(taken, "settled", currency)
              .plus(of(taken, "accepted", currency))
              .plus(of(taken, "nothing", currency));
      CrossingSums disputed = of(taken, "disputed", currency);
      balances.add(
          new Balance(
              currency,
              gave.requests(),
              gave.microCurrency(),
              agreed.requests(),
              agreed.microCurrency(),
              disputed.requests(),
              disputed.microCurrency(),
              of(taken, "waiting", currency).requests()));
    }
    return balances;
  }

  private static CrossingSums of(
      Map<String, Map<String, CrossingSums>> taken, String state, String currency) {
    return taken.getOrDefault(state, Map.of()).getOrDefault(currency, CrossingSums.none(currency));
  }

  private Map<String, Map<String, CrossingSums>> taken(String site) {
    Map<String, Map<String, CrossingSums>> sums = new HashMap<>();
    database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT state, COALESCE(currency, '') AS unit, COUNT(*) AS requests,"
                        + " COALESCE(SUM(micro_currency), 0) AS micro_currency"
                        + " FROM peer_receipts WHERE site = :site"
                        + " GROUP BY state, COALESCE(currency, '')")
                .bind("site", site)
                .map(
                    (row, context) ->
                        sums.computeIfAbsent(row.getString("state"), added -> new HashMap<>())
                            .put(
                                row.getString("unit"),
                                new CrossingSums(
                                    row.getString("unit"),
                                    row.getLong("requests"),
                                    0,
                                    0,
                                    0,
                                    0,
                                    row.getLong("micro_currency"))))
                .list());
    return sums;
  }

  /**
   * The factor by which a site's organization weighs: the root of what it gave this site lately
   * over what it took, from a half to two. Only what is settled counts as given.
   */
  double contribution(String site) {
    Instant since = clock.instant().minus(LATELY);
    Way way = new Way(Direction.GIVEN, site);
    double took =
        crossings.sums(way, crossings.last(way, since), Long.MAX_VALUE).stream()
            .mapToDouble(Balances::cost)
            .sum();
    double gave =
        database.read(
            handle ->
                handle
                    .createQuery(
                        "SELECT COALESCE(SUM(prompt_tokens), 0) AS prompt,"
                            + " COALESCE(SUM(cached_tokens), 0) AS cached,"
                            + " COALESCE(SUM(completion_tokens), 0) AS completion"
                            + " FROM peer_receipts WHERE site = :site AND started_at >= :since"
                            + " AND state IN ('settled', 'accepted')")
                    .bind("site", site)
                    .bind("since", ReceiptRows.micros(since))
                    .map(
                        (row, context) ->
                            cost(
                                new CrossingSums(
                                    "",
                                    0,
                                    row.getLong("prompt"),
                                    row.getLong("cached"),
                                    row.getLong("completion"),
                                    0,
                                    0)))
                    .one());
    return Math.clamp(Math.sqrt((gave + NEUTRAL) / (took + NEUTRAL)), LEAST, MOST);
  }

  private static double cost(CrossingSums sums) {
    return sums.promptTokens()
        - (1 - CACHED) * sums.cachedTokens()
        + WRITTEN * sums.completionTokens();
  }

  /**
   * Disputed receipts of a site in sequence, after a given one.
   *
   * @param most how many at most
   */
  List<DisputedRequest> disputes(String site, long after, int most) {
    List<ReceiptRows.Row> rows =
        database.read(
            handle -> ReceiptRows.inState(handle, site, Verdict.State.DISPUTED, after, most));
    Map<String, Crossing> own =
        own(site, rows.stream().map(row -> row.receipt().request()).toList());
    List<DisputedRequest> disputes = new ArrayList<>();
    for (ReceiptRows.Row row : rows) {
      disputes.add(
          new DisputedRequest(
              OptionalLong.of(row.receipt().sequence()),
              row.receipt().request(),
              row.verdict().reason().orElse(Dispute.NO_RECORD),
              row.receipt().startedAt(),
              Optional.ofNullable(own.get(row.receipt().request())).map(Balances::numbers),
              Optional.of(numbers(row.receipt()))));
    }
    return disputes;
  }

  /** Requests taken from a site for which no receipt came, by their ids, after a given one. */
  List<DisputedRequest> missing(String site, String after, int most) {
    record Missing(String request, long at) {}

    List<Missing> missing =
        database.read(
            handle ->
                handle
                    .createQuery(
                        "SELECT request, found_at FROM peer_missing_receipts WHERE site = :site"
                            + " AND request > :after ORDER BY request LIMIT :most")
                    .bind("site", site)
                    .bind("after", after)
                    .bind("most", most)
                    .map(
                        (row, context) ->
                            new Missing(row.getString("request"), row.getLong("found_at")))
                    .list());
    Map<String, Crossing> own = own(site, missing.stream().map(Missing::request).toList());
    return missing.stream()
        .map(
            one ->
                new DisputedRequest(
                    OptionalLong.empty(),
                    one.request,
                    Dispute.NO_RECEIPT,
                    Instant.EPOCH.plusNanos(one.at * 1000),
                    Optional.ofNullable(own.get(one.request)).map(Balances::numbers),
                    Optional.empty()))
        .toList();
  }

  private Map<String, Crossing> own(String site, List<String> requests) {
    return crossings.find(new Way(Direction.TAKEN, site), requests).stream()
        .collect(Collectors.toMap(Crossing::request, Function.identity(), (a, b) -> a));
  }

  private static Numbers numbers(Crossing one) {
    UsageRecord.Tokens tokens = one.used().tokens();
    return new Numbers(
        one.outcome().name().toLowerCase(Locale.ROOT),
        tokens.prompt(),
        tokens.cached(),
        tokens.completion(),
        one.used().engineMicros(),
        one.price()
            .map(price -> OptionalLong.of(price.microCurrency()))
            .orElse(OptionalLong.empty()),
        one.price().map(UsageRecord.Price::currency).orElse(""));
  }
}
