package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.archipel.ledger.LedgerHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.archipel.ledger.Statement.Line;
import org.archipel.ledger.export.CsvCells;
import org.archipel.ledger.export.FocusLines;
import org.archipel.ledger.export.RecordLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over random histories with corrections, closings, crashes and steps of the clock, records and
 * corrections, sums, statements and FOCUS rows agree to the unit; and what was closed stays.
 */
final class StatementInvariantsTest {
  private static final List<String> ORGANIZATIONS = List.of("univ-rennes", "insa", "école-été");
  private static final YearMonth FIRST = YearMonth.of(2026, 6);
  private static final YearMonth LAST = YearMonth.of(2027, 4);

  @TempDir Path folder;

  private final Map<String, ClosedStatement> closed = new LinkedHashMap<>();

  @Test
  void everythingAgreesOverAnyHistory() {
    long late = 0;
    long settled = 0;
    for (int history = 0; history < 3; history++) {
      long seed = Long.getLong("seed", 20261123L + history);
      SplittableRandom random = new SplittableRandom(seed);
      closed.clear();
      try (LedgerHarness ledger = new LedgerHarness(folder)) {
        RandomHistory past = new RandomHistory(ledger, new Records(seed), random);
        for (int step = 0; step < 70; step++) {
          step(ledger, past, random);
        }
        past.ship();
        check(ledger, "seed " + seed);
        late += count(ledger, "SELECT COUNT(*) FROM usage_late");
        settled += count(ledger, "SELECT COUNT(*) FROM usage_corrections WHERE settled = 1");
      }
    }
    // Histories in which nothing comes too late prove nothing.
    assertThat(late).isPositive();
    assertThat(settled).isPositive();
  }

  private static long count(LedgerHarness ledger, String sql) {
    return ledger.database.read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private void step(LedgerHarness ledger, RandomHistory past, SplittableRandom random) {
    switch (random.nextInt(11)) {
      case 0 ->
          ledger.clock.set(
              START.plusSeconds(random.nextLong(-RandomHistory.YEAR, RandomHistory.YEAR)));
      case 1 -> ledger.restart();
      case 2 -> past.addTariff();
      case 3 -> past.reprice();
      case 4 -> past.correct();
      case 5, 6 -> close(ledger, random);
      case 7 -> past.crash();
      case 8 -> ledger.rebuild.day(LocalDate.of(2026, 9, 20).plusDays(random.nextInt(30)));
      default -> past.ship();
    }
  }

  private void close(LedgerHarness ledger, SplittableRandom random) {
    String organization = ORGANIZATIONS.get(random.nextInt(ORGANIZATIONS.size()));
    YearMonth month = YearMonth.of(2026, 8).plusMonths(random.nextInt(5));
    StatementParty party = StatementParty.of(organization);
    if (ledger.statements.ended(month)) {
      ClosedStatement statement =
          ledger.statements.close(ACTOR, StatementsTest.ISSUER, party, month);
      ClosedStatement before = closed.put(organization + month, statement);
      assertThat(Optional.ofNullable(before).orElse(statement)).isEqualTo(statement);
    }
  }

  private void check(LedgerHarness ledger, String what) {
    assertThat(ledger.statements.verify())
        .as(what)
        .isInstanceOfSatisfying(
            StatementCheck.Whole.class,
            whole -> assertThat(whole.statements()).isEqualTo(closed.size()));
    Map<String, Map<String, Long>> expected = ledger.totalsOfRecordsAndCorrections();
    Map<String, Long> costs = new HashMap<>();
    Map<String, Long> tokens = new HashMap<>();
    expected.forEach(
        (unit, sums) -> {
          costs.put(unit, sums.getOrDefault("micro_currency", 0L));
          tokens.put(
              unit,
              sums.getOrDefault("prompt_tokens", 0L) + sums.getOrDefault("completion_tokens", 0L));
        });
    List<Statement> statements = statements(ledger);
    Map<String, Long> stated = new HashMap<>();
    Map<String, Long> statedTokens = new HashMap<>();
    Map<String, Long> owed = new HashMap<>();
    for (Statement statement : statements) {
      for (Line line : statement.consumed()) {
        stated.merge(line.currency(), line.microCurrency(), Long::sum);
        statedTokens.merge(
            line.currency(),
            line.used().promptTokens() + line.used().completionTokens(),
            Long::sum);
      }
      statement
          .closing()
          .ifPresent(
              closing ->
                  statement.balances().stream()
                      .filter(balance -> balance.net() != 0)
                      .forEach(b -> owed.put("rennes-" + closing.number(), -b.net())));
    }
    assertThat(nonZero(stated)).as(what).isEqualTo(nonZero(costs));
    assertThat(nonZero(statedTokens)).as(what).isEqualTo(nonZero(tokens));
    checkFocus(ledger, costs, owed, what);
    checkRecords(ledger, costs, what);
  }

  private static Map<String, Long> nonZero(Map<String, Long> sums) {
    Map<String, Long> kept = new HashMap<>(sums);
    kept.values().removeIf(sum -> sum == 0);
    return kept;
  }

  private static List<Statement> statements(LedgerHarness ledger) {
    List<Statement> statements = new ArrayList<>();
    for (String organization : ORGANIZATIONS) {
      for (YearMonth month = FIRST; !month.isAfter(LAST); month = month.plusMonths(1)) {
        StatementParty party = StatementParty.of(organization);
        statements.add(ledger.statements.show(StatementsTest.ISSUER, party, month).statement());
      }
    }
    return statements;
  }

  private static void checkFocus(
      LedgerHarness ledger, Map<String, Long> costs, Map<String, Long> owed, String what) {
    FocusLines lines =
        new FocusLines(
            new FocusLines.Names("rennes", "Rennes", "univ-rennes", name -> name),
            (organization, month) ->
                ledger.statements.find(organization, month).map(ClosedStatement::number),
            "EUR");
    List<String> names = CsvCells.of(lines.head());
    Map<String, Long> usage = new HashMap<>();
    Map<String, Long> invoices = new HashMap<>();
    new UsageExports(ledger.database, "EUR")
        .charges(
            LocalDate.EPOCH,
            LocalDate.of(2100, 1, 1),
            charge -> {
              List<String> rows = new ArrayList<>(List.of(lines.usage(charge)));
              lines.credit(charge).ifPresent(rows::add);
              for (String row : rows) {
                List<String> cells = CsvCells.of(row);
                assertThat(cells).hasSameSizeAs(names);
                long micro = micro(cells.get(names.indexOf("BilledCost")));
                if (cells.get(names.indexOf("ChargeCategory")).equals("Usage")) {
                  usage.merge(cells.get(names.indexOf("BillingCurrency")), micro, Long::sum);
                }
                String invoice = cells.get(names.indexOf("InvoiceId"));
                if (!invoice.isEmpty()) {
                  invoices.merge(invoice, micro, Long::sum);
                }
              }
            });
    Map<String, Long> expected = new HashMap<>(costs);
    expected.remove("");
    assertThat(nonZero(usage)).as(what).isEqualTo(nonZero(expected));
    assertThat(nonZero(invoices)).as(what).isEqualTo(owed);
  }

  private static void checkRecords(LedgerHarness ledger, Map<String, Long> costs, String what) {
    List<String> names = CsvCells.of(RecordLines.CSV.head());
    long[] sum = new long[1];
    List<Instant> times = new ArrayList<>();
    new UsageExports(ledger.database, "EUR")
        .records(
            ExportFilter.ALL,
            record -> {
              times.add(record.record().startedAt());
              List<String> cells = CsvCells.of(RecordLines.CSV.line(record));
              sum[0] += micro(cells.get(names.indexOf("cost")));
            });
    assertThat(times).as(what).isSorted();
    assertThat(sum[0]).as(what).isEqualTo(costs.getOrDefault("EUR", 0L));
  }

  private static long micro(String decimal) {
    return new BigDecimal(decimal).movePointRight(6).longValueExact();
  }
}
