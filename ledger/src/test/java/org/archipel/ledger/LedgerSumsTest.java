package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.archipel.ledger.LedgerHarness.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.archipel.ledger.UsageReport.Sums;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over random histories the sums by hour and day are those of the records and corrections, to the
 * unit.
 */
final class LedgerSumsTest {
  private static final Repricing.Scope ALL = RandomHistory.ALL;

  @TempDir Path folder;

  @Test
  void recordsAndCorrectionsAreTheSumsOverAnyHistory() {
    for (int history = 0; history < 3; history++) {
      long seed = Long.getLong("seed", 20261122L + history);
      SplittableRandom random = new SplittableRandom(seed);
      try (LedgerHarness ledger = new LedgerHarness(folder)) {
        RandomHistory past = new RandomHistory(ledger, new Records(seed), random);
        for (int step = 0; step < 60; step++) {
          step(ledger, past, random);
        }
        checkSums(ledger, past, "seed " + seed);
        Map<String, Map<String, String>> before = ledger.allRows();
        ledger.rebuildAll();
        assertThat(ledger.allRows()).as("seed %d, rebuilt", seed).isEqualTo(before);
        assertThat(ledger.audit.verify()).isInstanceOf(AuditCheck.Whole.class);
      }
    }
  }

  private static void step(LedgerHarness ledger, RandomHistory past, SplittableRandom random) {
    switch (random.nextInt(10)) {
      case 0 ->
          ledger.clock.set(
              START.plusSeconds(random.nextLong(-RandomHistory.YEAR, RandomHistory.YEAR)));
      case 1 -> ledger.restart();
      case 2 -> past.addTariff();
      case 3 -> past.reprice();
      case 4 -> past.correct();
      case 5 -> ledger.closedMonths.add(random.nextBoolean() ? "insa2026-10" : "école-été2026-11");
      case 6 -> past.crash();
      case 7 ->
          ledger.rebuild.day(
              START.atZone(ZoneOffset.UTC).toLocalDate().plusDays(random.nextInt(20)));
      default -> past.ship();
    }
  }

  private static void checkSums(LedgerHarness ledger, RandomHistory past, String what) {
    Map<String, Map<String, Long>> expected = ledger.totalsOfRecordsAndCorrections();
    for (Grain grain : Grain.values()) {
      assertThat(ledger.totals(grain.hourly(), grain)).as(what).isEqualTo(expected);
      assertThat(ledger.totals(grain.daily(), grain)).as(what).isEqualTo(expected);
    }
    long requests = expected.values().stream().mapToLong(v -> v.getOrDefault("requests", 0L)).sum();
    assertThat(requests).as(what).isEqualTo(past.kept.size());
    Sums all =
        new UsageReports(ledger.database, "EUR")
            .rows(UsageQuery.by(), Optional.empty(), 1)
            .getFirst()
            .sums();
    assertThat(all.microCurrency())
        .as(what)
        .isEqualTo(expected.getOrDefault("EUR", Map.of()).getOrDefault("micro_currency", 0L));
  }

  @Test
  void correctionOfAClosedMonthCountsWhenItIsMade() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      UsageRecord record = Records.typical(1);
      ledger.store.insert(List.of(record));
      ledger.closedMonths.add("univ-rennes2026-09");
      Correction made =
          ledger
              .corrections
              .correct(ACTOR, record.id(), "agreed", Correction.Difference.NONE, -500)
              .getFirst();
      assertThat(made.countedAt()).isEqualTo(START);
      assertThat(costOn(ledger, record.startedAt())).isEqualTo(1024);
      assertThat(costOn(ledger, START)).isEqualTo(-500);
    }
  }

  private static long costOn(LedgerHarness ledger, Instant time) {
    LocalDate day = time.atZone(ZoneOffset.UTC).toLocalDate();
    Instant since = day.atStartOfDay(ZoneOffset.UTC).toInstant();
    UsageQuery query =
        new UsageQuery(
            java.util.Set.of(), Optional.of(since), Optional.of(since.plusSeconds(86_400)));
    return new UsageReports(ledger.database, "EUR")
        .rows(query, Optional.empty(), 1)
        .getFirst()
        .sums()
        .microCurrency();
  }

  @Test
  void tokensThatWereWrongChangeThePriceByTheTariffOfTheRecord() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      Rates rates = new Rates(2_000_000, 1_000_000, 5_000_000, 0, 0, 0);
      ledger.tariffs.add(ACTOR, TariffSelector.ANY, rates, Instant.EPOCH, Optional.empty());
      UsageRecord record = RandomHistory.priced(ledger, Records.typical(1));
      ledger.store.insert(List.of(record));
      Correction made =
          ledger
              .corrections
              .correct(ACTOR, record.id(), "miscounted", new Correction.Difference(10, 4, -5), 0)
              .getFirst();
      assertThat(made.microCurrency()).isEqualTo(6 * 2 + 4 - 5 * 5);
      assertThat(made.countedAt()).isEqualTo(record.startedAt());
      Repricing again = ledger.corrections.reprice(ACTOR, ALL, "again", Optional.empty(), 10);
      assertThat(again.corrections()).isZero();
    }
  }

  @Test
  void amountsThatPeopleAgreedOnAreLeftAloneByRepricing() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      Rates rates = new Rates(2_000_000, 2_000_000, 0, 0, 0, 0);
      ledger.tariffs.add(ACTOR, TariffSelector.ANY, rates, Instant.EPOCH, Optional.empty());
      UsageRecord record = RandomHistory.priced(ledger, Records.typical(1));
      ledger.store.insert(List.of(record));
      ledger.corrections.correct(ACTOR, record.id(), "gift", Correction.Difference.NONE, -2000);
      Repricing again = ledger.corrections.reprice(ACTOR, ALL, "again", Optional.empty(), 10);
      assertThat(again.corrections()).isZero();
      assertThat(costOn(ledger, record.startedAt())).isEqualTo(2 * 1234 - 2000);
    }
  }

  @Test
  void whatCannotBeCorrectedIsRefused() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      UsageRecord record = Records.typical(1);
      ledger.store.insert(List.of(record));
      Correction.Difference less = new Correction.Difference(0, 0, -346);
      assertThatThrownBy(() -> ledger.corrections.correct(ACTOR, record.id(), "x", less, 0))
          .hasMessageContaining("tokens");
      assertThatThrownBy(
              () ->
                  ledger.corrections.correct(
                      ACTOR, record.id(), "x", Correction.Difference.NONE, 0))
          .hasMessageContaining("nothing");
      assertThatThrownBy(
              () ->
                  ledger.corrections.correct(
                      ACTOR, record.id(), " ", Correction.Difference.NONE, 1))
          .hasMessageContaining("reason");
      assertThatThrownBy(
              () ->
                  ledger.corrections.correct(
                      ACTOR, new UUID(0, 1), "x", Correction.Difference.NONE, 1))
          .hasMessageContaining("no record");
      assertThat(ledger.corrections.list(Optional.empty(), PageRequest.FIRST).items()).isEmpty();
    }
  }

  @Test
  void recordsThatWereThereBeforeSumsWereKeptAreSummedByTheMigration() throws IOException {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      List<UsageRecord> records = new Records(12).next(800);
      ledger.store.insert(records.stream().filter(r -> Crossing.way(r).isEmpty()).toList());
      Map<String, Map<String, String>> before = ledger.allRows();
      List<String> script = migration();
      ledger.database.<Integer, RuntimeException>write(
          handle -> {
            for (Grain grain : Grain.values()) {
              handle.execute("DELETE FROM " + grain.hourly());
              handle.execute("DELETE FROM " + grain.daily());
              handle.execute("DELETE FROM " + grain.dictionary());
            }
            script.forEach(handle::execute);
            return script.size();
          });
      assertThat(script).hasSize(6);
      assertThat(ledger.allRows()).isEqualTo(before);
    }
  }

  /** The statements of the migration that fill tables. */
  private static List<String> migration() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            LedgerSumsTest.class.getResourceAsStream("/db/ledger/V4__corrections_and_sums.sql"))) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(script.replaceAll("(?m)^--.*$", "").split(";"))
          .map(String::strip)
          .filter(statement -> statement.startsWith("INSERT"))
          .toList();
    }
  }

  @Test
  void aDayWhoseRecordsWerePurgedKeepsItsSums() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      ledger.store.insert(List.of(Records.typical(1), Records.typical(2)));
      Map<String, Map<String, String>> before = ledger.allRows();
      ledger.database.write(
          handle ->
              handle.execute(
                  "DELETE FROM usage_records WHERE id = ?", Records.typical(1).id().toString()));
      LocalDate day = Records.typical(1).startedAt().atZone(ZoneOffset.UTC).toLocalDate();
      assertThat(ledger.rebuild.day(day)).isEqualTo(RollupRebuild.Result.RECORDS_MISSING);
      assertThat(ledger.allRows()).isEqualTo(before);
    }
  }
}
