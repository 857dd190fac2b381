package org.archipel.federation.receipts;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.CrossingSums;
import org.archipel.ledger.Crossings;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Counts what this site took from another, and checks what another says that it took from this one.
 * Ranges of sequences make the sums of both sides comparable whenever records came in: what is late
 * has a higher sequence and is in the next statement. Thread-safe; all methods block.
 */
final class Positions {
  private final String self;
  private final Database database;
  private final Crossings crossings;

  /**
   * @param self this site's id
   */
  Positions(String self, Database database, Crossings crossings) {
    this.self = self;
    this.database = database;
    this.crossings = crossings;
  }

  static Instant end(YearMonth month) {
    return month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * What this site took from another until the end of a month.
   *
   * @throws StatementException when receipts wait for a decision, or too many are disputed
   */
  Position taken(String site, YearMonth month) {
    return database.read(handle -> taken(handle, site, month));
  }

  Position taken(Handle handle, String site, YearMonth month) {
    long after = through(handle, site, "taken_through");
    long through =
        handle
            .createQuery(
                "SELECT COALESCE(MAX(sequence), 0) FROM peer_receipts"
                    + " WHERE site = :site AND started_at < :end")
            .bind("site", site)
            .bind("end", ReceiptRows.micros(end(month)))
            .mapTo(Long.class)
            .one();
    through = Math.max(after, through);
    if (!numbers(handle, site, "waiting", after, through).isEmpty()) {
      throw new StatementException(
          "waiting", "receipts wait for records (expected: all decided; try again later)");
    }
    List<Long> disputed = numbers(handle, site, "disputed", after, through);
    if (disputed.size() > Position.MOST_DISPUTED) {
      throw new StatementException(
          "too_many_disputes",
          "more than " + Position.MOST_DISPUTED + " receipts are disputed (expected: fewer)");
    }
    return new Position(
        site,
        self,
        after,
        through,
        disputed,
        carried(handle, site, after),
        sums(handle, site, after, through));
  }

  /** The last sequence that a statement covers. */
  static long through(Handle handle, String site, String column) {
    String sql =
        column.equals("taken_through")
            ? "SELECT COALESCE(MAX(taken_through), 0) FROM peer_statements WHERE site = :site"
            : "SELECT COALESCE(MAX(given_through), 0) FROM peer_statements WHERE site = :site";
    return handle.createQuery(sql).bind("site", site).mapTo(Long.class).one();
  }

  private static List<Long> numbers(
      Handle handle, String site, String state, long after, long through) {
    return handle
        .createQuery(
            "SELECT sequence FROM peer_receipts WHERE site = :site AND state = :state"
                + " AND sequence > :after AND sequence <= :through ORDER BY sequence LIMIT :most")
        .bind("site", site)
        .bind("state", state)
        .bind("after", after)
        .bind("through", through)
        .bind("most", Position.MOST_DISPUTED + 1)
        .mapTo(Long.class)
        .list();
  }

  private static List<Long> carried(Handle handle, String site, long after) {
    return handle
        .createQuery(
            "SELECT sequence FROM peer_receipts WHERE site = :site AND sequence <= :after"
                + " AND statement IS NULL AND state IN ('settled', 'accepted', 'nothing')"
                + " ORDER BY sequence LIMIT :most")
        .bind("site", site)
        .bind("after", after)
        .bind("most", Position.MOST_DISPUTED)
        .mapTo(Long.class)
        .list();
  }

  /** The sums of what is in the range and agreed, and of what is carried into it. */
  private static List<CrossingSums> sums(Handle handle, String site, long after, long through) {
    return handle
        .createQuery(
            "SELECT COALESCE(currency, '') AS unit, COUNT(*) AS requests,"
                + " SUM(prompt_tokens) AS prompt_tokens, SUM(cached_tokens) AS cached_tokens,"
                + " SUM(completion_tokens) AS completion_tokens,"
                + " SUM(engine_micros) AS engine_micros,"
                + " COALESCE(SUM(micro_currency), 0) AS micro_currency"
                + " FROM peer_receipts WHERE site = :site AND statement IS NULL"
                + " AND state IN ('settled', 'accepted', 'nothing') AND sequence <= :through"
                + " AND (sequence > :after OR sequence IN (SELECT sequence FROM peer_receipts"
                + " WHERE site = :site AND sequence <= :after AND statement IS NULL"
                + " AND state IN ('settled', 'accepted', 'nothing') ORDER BY sequence"
                + " LIMIT :most))"
                + " GROUP BY COALESCE(currency, '') ORDER BY COALESCE(currency, '')")
        .bind("site", site)
        .bind("after", after)
        .bind("through", through)
        .bind("most", Position.MOST_DISPUTED)
        .map(
            (row, context) ->
                new CrossingSums(
                    row.getString("unit"),
                    row.getLong("requests"),
                    row.getLong("prompt_tokens"),
                    row.getLong("cached_tokens"),
                    row.getLong("completion_tokens"),
                    row.getLong("engine_micros"),
                    row.getLong("micro_currency")))
        .list();
  }

  /**
   * Checks what another site says that it took from this one.
   *
   * @throws StatementException when this site counts something else
   */
  void check(Handle handle, String site, YearMonth month, Position theirs) {
    require(theirs.serving().equals(self) && theirs.origin().equals(site), "parties", "sites");
    long after = through(handle, site, "given_through");
    require(theirs.after() == after, "range", "after " + after);
    Way way = new Way(Direction.GIVEN, site);
    long through = Math.max(after, crossings.last(way, end(month)));
    require(theirs.through() == through, "range", "through " + through);
    Set<Long> disputable =
        new HashSet<>(
            handle
                .createQuery("SELECT sequence FROM peer_given_disputes WHERE site = :site")
                .bind("site", site)
                .mapTo(Long.class)
                .list());
    require(disputable.containsAll(theirs.carried()), "carried", "disputed ones from before");
    require(
        theirs.disputed().stream().allMatch(n -> n > after && n <= through),
        "disputed",
        "receipts of the range");
    require(
        nonZero(own(way, theirs)).equals(nonZero(byCurrency(theirs.sums()))),
        "sums",
        "the sums of this site's receipts");
  }

  private Map<String, CrossingSums> own(Way way, Position theirs) {
    Map<String, CrossingSums> own =
        byCurrency(crossings.sums(way, theirs.after(), theirs.through()));
    for (Crossing one : crossings.numbered(way, theirs.disputed())) {
      CrossingSums less = CrossingSums.of(one);
      own.merge(less.currency(), less, CrossingSums::minus);
    }
    for (Crossing one : crossings.numbered(way, theirs.carried())) {
      CrossingSums more = CrossingSums.of(one);
      own.merge(more.currency(), more, CrossingSums::plus);
    }
    return own;
  }

  private static Map<String, CrossingSums> byCurrency(List<CrossingSums> sums) {
    Map<String, CrossingSums> map = new TreeMap<>();
    sums.forEach(one -> map.merge(one.currency(), one, CrossingSums::plus));
    return map;
  }

  private static List<CrossingSums> nonZero(Map<String, CrossingSums> sums) {
    List<CrossingSums> kept = new ArrayList<>(sums.values());
    kept.removeIf(one -> one.equals(CrossingSums.none(one.currency())));
    return kept;
  }

  private static void require(boolean agreed, String what, String expected) {
    if (!agreed) {
      throw new StatementException(
          "differs", what + ": another than counted here (expected: " + expected + ")");
    }
  }
}
