package org.archipel.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;

/** The parts of a ledger behind its journal, on a database of their own. */
final class LedgerHarness implements AutoCloseable {
  static final Actor ACTOR = Actor.person("p-7");
  static final Instant START = Instant.parse("2026-10-30T22:30:00Z");

  final HandMovedClock clock = new HandMovedClock(START);
  final Database database;
  final AuditLog audit;
  final PriceList prices = new PriceList(LedgerHarness::kind);
  final Set<String> closedMonths = new HashSet<>();
  final Tariffs tariffs;
  UsageRollups rollups = new UsageRollups();
  UsageStore store;
  Corrections corrections;
  RollupRebuild rebuild;
  Statements statements;
  boolean shipped = true;

  LedgerHarness(Path folder) {
    this(TestDatabase.url(folder));
  }

  /** On a database that may have been used before. */
  static LedgerHarness on(String url) {
    return new LedgerHarness(url);
  }

  private LedgerHarness(String url) {
    database = Database.open(url);
    database.migrate("ledger");
    audit = new AuditLog(database, clock);
    tariffs = new Tariffs(database, audit, new RecordIds(clock), prices, "EUR");
    restart();
  }

  private static Optional<String> kind(String organization) {
    return Optional.of(organization.equals("insa") ? "beneficiary" : "contributor");
  }

  /** As after a start of the process: nothing is remembered. */
  void restart() {
    rollups = new UsageRollups();
    StatementStore stored = new StatementStore();
    store = new UsageStore(database, rollups, new LateRecords(stored, clock));
    rebuild = new RollupRebuild(database, rollups);
    ClosedPeriods closed =
        (handle, organization, month) ->
            closedMonths.contains(organization + month)
                || stored.closed(handle, organization, month);
    statements = new Statements(database, audit, clock, limit -> shipped);
    CorrectionWriter writer = new CorrectionWriter(database, rollups, closed, clock);
    corrections = new Corrections(database, writer, audit, LedgerHarness::kind, "EUR");
  }

  /** What a table of sums says in all, by currency. */
  Map<String, Map<String, Long>> totals(String table, Grain grain) {
    return totals(
        "SELECT d.currency AS unit, "
            + SumColumn.ALL.stream()
                .map(c -> "SUM(r." + c.column() + ") AS " + c.column())
                .collect(Collectors.joining(", "))
            + " FROM "
            + table
            + " r JOIN "
            + grain.dictionary()
            + " d ON d.id = r.dimension GROUP BY d.currency");
  }

  /** The same of records and corrections. */
  Map<String, Map<String, Long>> totalsOfRecordsAndCorrections() {
    Map<String, Map<String, Long>> sums =
        totals(
            "SELECT COALESCE(currency, '') AS unit, "
                + SumColumn.ALL.stream()
                    .map(c -> "SUM(" + c.ofRecord() + ") AS " + c.column())
                    .collect(Collectors.joining(", "))
                + " FROM usage_records GROUP BY COALESCE(currency, '')");
    Map<String, Map<String, Long>> corrected =
        totals(
            "SELECT c.currency AS unit, "
                + SumColumn.ALL.stream()
                    .map(c -> "SUM(" + c.ofCorrection() + ") AS " + c.column())
                    .collect(Collectors.joining(", "))
                + " FROM usage_corrections c GROUP BY c.currency");
    corrected.forEach(
        (unit, values) ->
            values.forEach(
                (column, value) ->
                    sums.computeIfAbsent(unit, added -> new TreeMap<>())
                        .merge(column, value, Long::sum)));
    return sums;
  }

  private Map<String, Map<String, Long>> totals(String sql) {
    Map<String, Map<String, Long>> totals = new TreeMap<>();
    database.read(
        handle ->
            handle
                .createQuery(sql)
                .map(
                    (row, context) -> {
                      Map<String, Long> values = new TreeMap<>();
                      for (SumColumn column : SumColumn.ALL) {
                        values.put(column.column(), row.getLong(column.column()));
                      }
                      return totals.put(row.getString("unit"), values) == null;
                    })
                .list());
    return totals;
  }

  /** Every row of a table of sums, by its bucket and what it is summed by. */
  Map<String, String> rows(String table, String bucket, Grain grain) {
    String columns =
        grain.dimensions().stream()
            .map(d -> "d." + d.column())
            .collect(Collectors.joining(" || '|' || "));
    String sums =
        SumColumn.ALL.stream()
            .map(c -> "r." + c.column())
            .collect(Collectors.joining(" || ',' || "));
    Map<String, String> rows = new HashMap<>();
    database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT r."
                        + bucket
                        + " || ':' || "
                        + columns
                        + " AS cell, "
                        + sums
                        + " AS sums FROM "
                        + table
                        + " r JOIN "
                        + grain.dictionary()
                        + " d ON d.id = r.dimension")
                .map((row, context) -> rows.put(row.getString("cell"), row.getString("sums")))
                .list());
    return rows;
  }

  /** All sums of all tables. */
  Map<String, Map<String, String>> allRows() {
    Map<String, Map<String, String>> all = new TreeMap<>();
    for (Grain grain : Grain.values()) {
      all.put(grain.hourly(), rows(grain.hourly(), "hour", grain));
      all.put(grain.daily(), rows(grain.daily(), "day", grain));
    }
    return all;
  }

  void rebuildAll() {
    for (LocalDate day = LocalDate.of(2026, 9, 1);
        day.isBefore(LocalDate.of(2027, 2, 1));
        day = day.plusDays(1)) {
      rebuild.day(day);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
