package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.archipel.ledger.Statement.Balance;
import org.archipel.ledger.Statement.CorrectionLine;
import org.archipel.ledger.Statement.Line;
import org.archipel.ledger.Statement.Volume;
import org.archipel.ledger.Statement.Volumes;
import org.jdbi.v3.core.Handle;

/**
 * Makes statements of the sums by day and of corrections. All methods work within a transaction of
 * the caller's.
 */
final class StatementSums {
  private static final int MOST_CORRECTION_LINES = 2_000;

  /** What is stated of a month: its days, without what came late, and what came late until then. */
  private static final String STATED =
      "SELECT dimension, "
          + SumColumn.join("", "")
          + " FROM usage_project_daily WHERE day >= :first_day AND day < :end_day"
          + " UNION ALL SELECT dimension, "
          + SumColumn.join("-", "")
          + " FROM usage_carried WHERE day >= :first_day AND day < :end_day"
          + " UNION ALL SELECT dimension, "
          + SumColumn.join("", "")
          + " FROM usage_carried WHERE stated_month = :month";

  private static final String LINES =
      "SELECT d.organization, d.engine_owner, d.model, d.service_class, d.currency, d.served_by,"
          + " d.origin_site, SUM(s.requests) AS requests, SUM(s.prompt_tokens) AS prompt_tokens,"
          + " SUM(s.cached_tokens) AS cached_tokens, SUM(s.completion_tokens) AS completion_tokens,"
          + " SUM(s.engine_micros) AS engine_micros, SUM(s.audio_millis) AS audio_millis,"
          + " SUM(s.micro_currency) AS micro_currency FROM ("
          + STATED
          + ") s JOIN usage_project_dimensions d ON d.id = s.dimension"
          + " WHERE d.organization = :organization OR d.engine_owner = :organization"
          + " GROUP BY d.organization, d.engine_owner, d.model, d.service_class, d.currency,"
          + " d.served_by, d.origin_site";

  private static final String CORRECTIONS =
      "SELECT c.kind, c.reason, d.organization, d.engine_owner, d.model, c.currency,"
          + " COUNT(*) AS corrections, MIN(c.record_id) AS record_id,"
          + " SUM(c.prompt_tokens) AS prompt_tokens, SUM(c.cached_tokens) AS cached_tokens,"
          + " SUM(c.completion_tokens) AS completion_tokens,"
          + " SUM(c.micro_currency) AS micro_currency FROM usage_corrections c"
          + " JOIN usage_dimensions d ON d.id = c.dimension"
          + " WHERE c.counted_at >= :first AND c.counted_at < :end"
          + " AND (d.organization = :organization OR d.engine_owner = :organization)"
          + " GROUP BY c.kind, c.reason, d.organization, d.engine_owner, d.model, c.currency";

  private static final Comparator<Line> LINE_ORDER =
      Comparator.comparing(Line::party)
          .thenComparing(Line::site)
          .thenComparing(Line::model)
          .thenComparing(Line::serviceClass)
          .thenComparing(Line::currency);

  private static final Comparator<CorrectionLine> CORRECTION_ORDER =
      Comparator.comparing(CorrectionLine::kind)
          .thenComparing(CorrectionLine::reason)
          .thenComparing(CorrectionLine::consumer)
          .thenComparing(CorrectionLine::owner)
          .thenComparing(CorrectionLine::model)
          .thenComparing(CorrectionLine::currency);

  private StatementSums() {}

  /** A line and both of its parties. */
  private record Used(String consumer, String owner, Line line) {
    boolean own() {
      return consumer.equals(owner);
    }

    Line with(String party) {
      return new Line(
          party,
          line.site(),
          line.model(),
          line.serviceClass(),
          line.currency(),
          line.used(),
          line.microCurrency());
    }
  }

  /** The statement of a month as it is now. */
  static Statement draft(
      Handle handle, Statement.Issuer issuer, StatementParty organization, YearMonth month) {
    String name = organization.name();
    List<Used> used = used(handle, name, month);
    List<Used> consumed = used.stream().filter(u -> u.consumer.equals(name)).toList();
    List<Used> contributed = used.stream().filter(u -> !u.consumer.equals(name)).toList();
    return new Statement(
        Statement.FORMAT,
        issuer,
        organization,
        month.toString(),
        Optional.empty(),
        consumed.stream().map(u -> u.with(u.owner)).sorted(LINE_ORDER).toList(),
        contributed.stream().map(u -> u.with(u.consumer)).sorted(LINE_ORDER).toList(),
        corrections(handle, name, month),
        totals(consumed, contributed),
        balances(consumed, contributed));
  }

  private static List<Used> used(Handle handle, String organization, YearMonth month) {
    return handle
        .createQuery(LINES)
        .bind("first_day", month.atDay(1).toEpochDay())
        .bind("end_day", month.plusMonths(1).atDay(1).toEpochDay())
        .bind("month", LateRecords.number(month))
        .bind("organization", organization)
        .map((row, context) -> used(row))
        .list()
        .stream()
        .filter(u -> !u.line.used().nothing() || u.line.microCurrency() != 0)
        .toList();
  }

  private static Used used(ResultSet row) throws SQLException {
    Volume volume =
        new Volume(
            row.getLong("requests"),
            row.getLong("prompt_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("completion_tokens"),
            row.getLong("engine_micros"),
            row.getLong("audio_millis"));
    return new Used(
        row.getString("organization"),
        row.getString("engine_owner"),
        new Line(
            "",
            site(row),
            row.getString("model"),
            row.getString("service_class"),
            row.getString("currency"),
            volume,
            row.getLong("micro_currency")));
  }

  /** A request crosses once: one that came from elsewhere is served here. */
  private static String site(ResultSet row) throws SQLException {
    String servedBy = row.getString("served_by");
    return servedBy.isEmpty() ? row.getString("origin_site") : servedBy;
  }

  private static Volumes totals(List<Used> consumed, List<Used> contributed) {
    Volume all = volume(consumed);
    Volume own = volume(consumed.stream().filter(Used::own).toList());
    Volume given = volume(contributed);
    return new Volumes(all, own, given, given.minus(all.minus(own)));
  }

  private static Volume volume(List<Used> used) {
    return used.stream().map(u -> u.line.used()).reduce(Volume.NONE, Volume::plus);
  }

  private static List<Balance> balances(List<Used> consumed, List<Used> contributed) {
    Map<String, Long> all = amounts(consumed);
    Map<String, Long> own = amounts(consumed.stream().filter(Used::own).toList());
    Map<String, Long> given = amounts(contributed);
    Set<String> currencies = new TreeSet<>(all.keySet());
    currencies.addAll(given.keySet());
    List<Balance> balances = new ArrayList<>();
    for (String currency : currencies) {
      long taken = all.getOrDefault(currency, 0L);
      long self = own.getOrDefault(currency, 0L);
      long gave = given.getOrDefault(currency, 0L);
      long net = Math.subtractExact(gave, Math.subtractExact(taken, self));
      balances.add(new Balance(currency, taken, self, gave, net));
    }
    return balances;
  }

  /** By currency; what was not priced has none. */
  private static Map<String, Long> amounts(List<Used> used) {
    Map<String, Long> amounts = new TreeMap<>();
    for (Used u : used) {
      if (!u.line.currency().isEmpty()) {
        amounts.merge(u.line.currency(), u.line.microCurrency(), Math::addExact);
      }
    }
    return amounts;
  }

  private static List<CorrectionLine> corrections(
      Handle handle, String organization, YearMonth month) {
    List<CorrectionLine> lines = new ArrayList<>();
    Map<String, CorrectionLine> others = new TreeMap<>();
    handle
        .createQuery(CORRECTIONS)
        .bind("first", RecordEncoder.micros(ClosedPeriods.start(month)))
        .bind("end", RecordEncoder.micros(ClosedPeriods.start(month.plusMonths(1))))
        .bind("organization", organization)
        .map((row, context) -> correction(row))
        .forEach(
            line -> {
              lines.add(line);
              if (lines.size() >= 2 * MOST_CORRECTION_LINES) {
                putAside(lines, others);
              }
            });
    if (lines.size() > MOST_CORRECTION_LINES) {
      putAside(lines, others);
    }
    lines.addAll(others.values());
    return lines.stream().sorted(CORRECTION_ORDER).toList();
  }

  /** Keeps the first lines in their order, which no store decides, and sums up the others. */
  private static void putAside(List<CorrectionLine> lines, Map<String, CorrectionLine> others) {
    lines.sort(CORRECTION_ORDER);
    List<CorrectionLine> beyond = lines.subList(MOST_CORRECTION_LINES, lines.size());
    beyond.forEach(line -> others.merge(line.currency(), other(line), StatementSums::together));
    beyond.clear();
  }

  private static CorrectionLine other(CorrectionLine line) {
    return new CorrectionLine(
        "other",
        "",
        "",
        "",
        "",
        line.currency(),
        line.count(),
        Optional.empty(),
        line.promptTokens(),
        line.cachedTokens(),
        line.completionTokens(),
        line.microCurrency());
  }

  private static CorrectionLine together(CorrectionLine a, CorrectionLine b) {
    return new CorrectionLine(
        a.kind(),
        a.reason(),
        a.consumer(),
        a.owner(),
        a.model(),
        a.currency(),
        a.count() + b.count(),
        Optional.empty(),
        a.promptTokens() + b.promptTokens(),
        a.cachedTokens() + b.cachedTokens(),
        a.completionTokens() + b.completionTokens(),
        Math.addExact(a.microCurrency(), b.microCurrency()));
  }

  private static CorrectionLine correction(ResultSet row) throws SQLException {
    long count = row.getLong("corrections");
    return new CorrectionLine(
        row.getString("kind"),
        row.getString("reason"),
        row.getString("organization"),
        row.getString("engine_owner"),
        row.getString("model"),
        row.getString("currency"),
        count,
        count == 1 ? Optional.of(row.getString("record_id")) : Optional.empty(),
        row.getLong("prompt_tokens"),
        row.getLong("cached_tokens"),
        row.getLong("completion_tokens"),
        row.getLong("micro_currency"));
  }

  /** Who consumed or contributed in a month. */
  static Set<String> parties(Handle handle, YearMonth month) {
    Set<String> parties = new TreeSet<>();
    handle
        .createQuery(
            "SELECT DISTINCT d.organization, d.engine_owner FROM ("
                + "SELECT dimension FROM usage_project_daily"
                + " WHERE day >= :first_day AND day < :end_day"
                + " UNION SELECT dimension FROM usage_carried WHERE stated_month = :month"
                + ") s JOIN usage_project_dimensions d ON d.id = s.dimension")
        .bind("first_day", month.atDay(1).toEpochDay())
        .bind("end_day", month.plusMonths(1).atDay(1).toEpochDay())
        .bind("month", LateRecords.number(month))
        .map((row, context) -> List.of(row.getString(1), row.getString(2)))
        .forEach(parties::addAll);
    parties.remove("");
    return parties;
  }
}
