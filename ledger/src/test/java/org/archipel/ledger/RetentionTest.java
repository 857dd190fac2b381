package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.archipel.ledger.RetentionOptions.Mode;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of old records, and of one person in all of them. */
final class RetentionTest {
  private static final Duration DETAIL = Duration.ofDays(365);

  /** The first records are of 2026-09-21; half of them are older than a year then. */
  private static final Instant A_YEAR_LATER = Instant.parse("2027-10-01T15:00:00Z");

  private static final Instant KEPT_SINCE = Instant.parse("2026-10-01T00:00:00Z");

  @TempDir Path folder;

  private static Retention retention(LedgerHarness ledger, Mode mode) {
    return new Retention(
        ledger.database,
        new PersonSums(ledger.rollups),
        ledger.clock,
        new RetentionOptions(DETAIL, mode),
        limit -> ledger.shipped);
  }

  private static List<UsageRecord> stored(LedgerHarness ledger) {
    List<UsageRecord> found = new ArrayList<>();
    new UsageExports(ledger.database, "EUR")
        .records(ExportFilter.ALL, exported -> found.add(exported.record()));
    return found;
  }

  private static RandomHistory history(LedgerHarness ledger) {
    RandomHistory past = new RandomHistory(ledger, new Records(5), new SplittableRandom(5));
    past.addTariff();
    for (int i = 0; i < 120; i++) {
      past.ship();
    }
    past.correct();
    past.correct();
    past.reprice();
    ledger.statements.close(
        ACTOR, StatementsTest.ISSUER, StatementParty.of("insa"), YearMonth.of(2026, 9));
    past.ship();
    ledger.clock.set(A_YEAR_LATER);
    return past;
  }

  /** Sums of what is told without persons, which nothing may change. */
  private static Map<String, String> projectSums(LedgerHarness ledger) {
    return ledger.rows("usage_project_daily", "day", Grain.PROJECT);
  }

  private static Map<String, Map<String, Long>> keySums(LedgerHarness ledger, String table) {
    return ledger.totals(table, Grain.KEY);
  }

  private static List<String> personsBefore(LedgerHarness ledger, Instant end, String table) {
    long unit = table.equals("usage_daily") ? 86_400 : 3600;
    return ledger.database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT DISTINCT d.person FROM "
                        + table
                        + " r JOIN usage_dimensions d ON d.id = r.dimension WHERE "
                        + (unit == 3600 ? "r.hour" : "r.day")
                        + " < :end AND d.person <> ''")
                .bind("end", end.getEpochSecond() / unit)
                .mapTo(String.class)
                .list());
  }

  @Test
  void pseudonymisedRecordsStayWithoutPersonsAndAllSumsStay() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      RandomHistory past = history(ledger);
      Map<String, String> before = projectSums(ledger);
      Map<String, Map<String, Long>> keys = keySums(ledger, "usage_hourly");
      long old =
          past.kept.stream()
              .filter(r -> r.startedAt().isBefore(KEPT_SINCE))
              .filter(r -> r.person().isPresent() || !r.requestId().isEmpty())
              .count();
      assertThat(old).isGreaterThan(500);
      try (Retention retention = retention(ledger, Mode.PSEUDONYMISE)) {
        assertThat(retention.keptSince()).isEqualTo(KEPT_SINCE);
        assertThat(retention.run()).isEqualTo(old);
        assertThat(retention.run()).isZero();
      }
      List<UsageRecord> now = stored(ledger);
      assertThat(now).hasSameSizeAs(past.kept);
      for (UsageRecord record : now) {
        if (record.startedAt().isBefore(KEPT_SINCE)) {
          assertThat(record.person()).isEmpty();
          assertThat(record.requestId()).isEmpty();
        } else {
          assertThat(past.kept).contains(record);
        }
      }
      assertThat(personsBefore(ledger, KEPT_SINCE, "usage_daily")).isEmpty();
      assertThat(personsBefore(ledger, KEPT_SINCE, "usage_hourly")).isEmpty();
      assertThat(personsBefore(ledger, A_YEAR_LATER, "usage_daily")).isNotEmpty();
      assertThat(projectSums(ledger)).isEqualTo(before);
      assertThat(keySums(ledger, "usage_hourly")).isEqualTo(keys);
      assertThat(keySums(ledger, "usage_daily")).isEqualTo(keys);
      assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
      Map<String, Map<String, String>> rows = ledger.allRows();
      ledger.rebuildAll();
      assertThat(ledger.allRows()).isEqualTo(rows);
      past.ship();
      assertThat(keySums(ledger, "usage_daily")).isEqualTo(ledger.totalsOfRecordsAndCorrections());
    }
  }

  @Test
  void purgedRecordsAreGoneAndAllSumsAndStatementsStay() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      RandomHistory past = history(ledger);
      Map<String, String> before = projectSums(ledger);
      List<UsageRecord> young =
          past.kept.stream().filter(r -> !r.startedAt().isBefore(KEPT_SINCE)).toList();
      try (Retention retention = retention(ledger, Mode.PURGE)) {
        ledger.shipped = false;
        assertThat(retention.run()).isZero();
        ledger.shipped = true;
        assertThat(retention.run()).isEqualTo(past.kept.size() - young.size());
      }
      assertThat(stored(ledger)).containsExactlyInAnyOrderElementsOf(young);
      assertThat(personsBefore(ledger, KEPT_SINCE, "usage_daily")).isEmpty();
      assertThat(projectSums(ledger)).isEqualTo(before);
      assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
      ledger.rebuildAll();
      assertThat(projectSums(ledger)).isEqualTo(before);
    }
  }

  @Test
  void recordThatComesLateIsFoundByTheNextRun() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      ledger.clock.set(A_YEAR_LATER);
      Instant at = Instant.parse("2026-09-01T00:00:00Z");
      ledger.store.insert(List.of(StatementsTest.record(1, "insa", "insa", at.plusSeconds(5))));
      try (Retention retention = retention(ledger, Mode.PSEUDONYMISE)) {
        assertThat(retention.run()).isEqualTo(1);
        ledger.store.insert(List.of(StatementsTest.record(2, "insa", "insa", at)));
        assertThat(retention.run()).isEqualTo(1);
      }
      assertThat(stored(ledger)).allMatch(r -> r.person().isEmpty());
    }
  }

  @Test
  void purgedRecordsDoNotComeBackFromTheJournalAfterACrash() throws IOException {
    HandMovedClock clock = new HandMovedClock(A_YEAR_LATER);
    Path journal = folder.resolve("journal");
    Path image = folder.resolve("image");
    try (Database database = Database.open(TestDatabase.url(folder))) {
      try (UsageLedger ledger = UsageLedger.open(journal, database, clock)) {
        for (int i = 0; i < 50; i++) {
          ledger
              .journal()
              .append(
                  StatementsTest.record(i, "insa", "insa", Instant.parse("2026-09-03T00:00:00Z")));
        }
        Awaitility.await().until(() -> ledger.journal().durable() == 50);
        try (Retention retention = ledger.retain(new RetentionOptions(DETAIL, Mode.PURGE))) {
          assertThat(retention.run()).isEqualTo(50);
        }
        copy(journal, image);
        // The journal goes on in a new segment.
        ledger.journal().append(StatementsTest.record(99, "insa", "insa", A_YEAR_LATER));
        Awaitility.await()
            .until(() -> ledger.report(UsageQuery.by()).rows().getFirst().sums().requests() == 51);
      }
      try (UsageLedger again = UsageLedger.open(image, database, clock)) {
        assertThat(again.catchUp(Duration.ofSeconds(20))).isTrue();
        assertThat(again.report(UsageQuery.by()).rows().getFirst().sums().requests()).isEqualTo(51);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".journal")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void onePersonIsErasedEverywhereAndNothingElseChanges() {
    try (LedgerHarness ledger = new LedgerHarness(folder)) {
      RandomHistory past = history(ledger);
      Map<String, String> before = projectSums(ledger);
      Map<String, Map<String, Long>> keys = keySums(ledger, "usage_daily");
      long requests = past.kept.stream().filter(r -> r.person().equals(Optional.of("p-é"))).count();
      PersonErasure erasure =
          new PersonErasure(
              ledger.database,
              new PersonSums(ledger.rollups),
              ledger.audit,
              limit -> ledger.shipped);
      ledger.shipped = false;
      assertThatThrownBy(() -> erasure.erase(ACTOR, "p-é")).hasMessageContaining("on their way");
      ledger.shipped = true;
      assertThat(requests).isPositive();
      assertThat(erasure.erase(ACTOR, "p-é")).isEqualTo(requests);
      assertThat(erasure.erase(ACTOR, "p-é")).isZero();
      assertThat(stored(ledger))
          .hasSameSizeAs(past.kept)
          .noneMatch(r -> r.person().equals(Optional.of("p-é")))
          .anyMatch(r -> r.person().equals(Optional.of("p-1")));
      assertThat(personsBefore(ledger, A_YEAR_LATER, "usage_hourly"))
          .containsExactlyInAnyOrder("p-1", "p-2");
      assertThat(projectSums(ledger)).isEqualTo(before);
      assertThat(keySums(ledger, "usage_hourly")).isEqualTo(keys);
      Map<String, Map<String, String>> rows = ledger.allRows();
      ledger.rebuildAll();
      assertThat(ledger.allRows()).isEqualTo(rows);
      assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
      var entries = ledger.audit.entries(AuditFilter.ALL, PageRequest.FIRST).items();
      assertThat(entries.getFirst().entry().action()).isEqualTo("usage.erase");
      assertThat(entries.toString()).doesNotContain("p-é");
      assertThat(ledger.audit.verify()).isInstanceOf(AuditCheck.Whole.class);
      assertThatThrownBy(() -> erasure.erase(ACTOR, " ")).hasMessageContaining("person");
    }
  }
}
