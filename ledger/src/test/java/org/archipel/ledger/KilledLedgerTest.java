package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing, repricing and retention, by a process that is killed in the middle of it. */
@Timeout(180)
final class KilledLedgerTest {
  private static final int RECORDS = 1_500;
  private static final int KILLS = 2;
  private static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
  private static final Instant LATER = Instant.parse("2027-12-01T00:00:00Z");

  @TempDir Path folder;
  private final long seed = Long.getLong("seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  /** What a process of its own does until it is done or killed; it prints each step it finished. */
  enum Work {
    CLOSE {
      @Override
      void step(LedgerHarness ledger, int number) {
        StatementParty party = StatementParty.of("org-" + number);
        ledger.statements.close(ACTOR, StatementsTest.ISSUER, party, SEPTEMBER);
      }
    },
    REPRICE {
      @Override
      void step(LedgerHarness ledger, int number) {
        Optional<String> none = Optional.empty();
        ledger.corrections.reprice(ACTOR, RandomHistory.ALL, "killed", none, 250 * (number + 1));
      }
    },
    PURGE {
      @Override
      void step(LedgerHarness ledger, int number) {
        try (Retention retention = retention(ledger)) {
          assertThat(retention.run()).isGreaterThanOrEqualTo(0);
        }
      }
    };

    abstract void step(LedgerHarness ledger, int number);

    static Retention retention(LedgerHarness ledger) {
      return new Retention(
          ledger.database,
          new PersonSums(ledger.rollups),
          ledger.clock,
          new RetentionOptions(Duration.ofDays(365), RetentionOptions.Mode.PURGE),
          limit -> true);
    }
  }

  /** The process. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) {
      try (LedgerHarness ledger = LedgerHarness.on(arguments[0])) {
        ledger.clock.set(LATER);
        System.out.println("ready");
        for (int number = 0; ; number++) {
          Work.valueOf(arguments[1]).step(ledger, number);
          System.out.println("step " + number);
        }
      }
    }
  }

  private String filled() {
    String url = TestDatabase.url(folder);
    try (LedgerHarness ledger = LedgerHarness.on(url)) {
      List<UsageRecord> records = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        String organization = "org-" + i % 500;
        Instant at = Instant.parse("2026-09-03T00:00:00Z").plusSeconds(i);
        records.add(StatementsTest.record(i, organization, "univ-rennes", at));
      }
      ledger.store.insert(records);
      Rates rates = new Rates(2_000_000, 1_000_000, 5_000_000, 0, 0, 7);
      ledger.tariffs.add(ACTOR, TariffSelector.ANY, rates, Instant.EPOCH, Optional.empty());
    }
    return url;
  }

  /**
   * Kills the process some moments after it finished some steps.
   *
   * @param most fewer steps than this
   * @return how many steps it said that it finished
   */
  private int workUntilKilled(String url, Work work, int most) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                url,
                work.name())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int steps = 0;
    try (BufferedReader lines = process.inputReader()) {
      int wanted = random.nextInt(most);
      await(lines, wanted == 0 ? "ready" : "step " + (wanted - 1));
      steps = wanted;
      long nanos = random.nextLong(1_000_000, wanted == 0 ? 600_000_000 : 40_000_000);
      assertThat(process.waitFor(nanos, java.util.concurrent.TimeUnit.NANOSECONDS)).isFalse();
      process.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        steps += line.startsWith("step ") ? 1 : 0;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return steps;
  }

  private static void await(BufferedReader lines, String wanted) throws IOException {
    String line;
    do {
      line = lines.readLine();
      assertThat(line).as("the process ended by itself").isNotNull();
    } while (!wanted.equals(line));
  }

  @Test
  void closedStatementsAreThereWholeOrNotAtAll() throws Exception {
    String url = filled();
    int told = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      told = Math.max(told, workUntilKilled(url, Work.CLOSE, 60));
      try (LedgerHarness ledger = LedgerHarness.on(url)) {
        assertThat(ledger.statements.verify())
            .as("seed %d", seed)
            .isInstanceOf(StatementCheck.Whole.class);
        StatementCheck.Whole whole = (StatementCheck.Whole) ledger.statements.verify();
        assertThat(whole.statements()).as("seed %d", seed).isGreaterThanOrEqualTo(told);
        assertThat(ledger.audit.verify()).isInstanceOf(AuditCheck.Whole.class);
      }
    }
  }

  @Test
  void repricingThatWasKilledGoesOnAndCountsNothingTwice() throws Exception {
    String url = filled();
    for (int kill = 0; kill < KILLS; kill++) {
      assertThat(workUntilKilled(url, Work.REPRICE, 4)).isGreaterThanOrEqualTo(0);
    }
    try (LedgerHarness ledger = LedgerHarness.on(url)) {
      Map<String, Map<String, Long>> sums = ledger.totalsOfRecordsAndCorrections();
      assertThat(ledger.totals("usage_daily", Grain.KEY)).as("seed %d", seed).isEqualTo(sums);
      Repricing rest =
          ledger.corrections.reprice(
              ACTOR, RandomHistory.ALL, "again", Optional.empty(), 2 * RECORDS);
      assertThat(rest.next()).isEmpty();
      long each = 722 * 2 + 512 + 345 * 5 + 7;
      Map<String, Long> euros =
          ledger.totals("usage_project_daily", Grain.PROJECT).getOrDefault("EUR", Map.of());
      assertThat(euros).as("seed %d", seed).containsEntry("micro_currency", RECORDS * each);
      long made = 0;
      Optional<String> next = Optional.empty();
      do {
        var page =
            ledger.corrections.list(Optional.empty(), new PageRequest(next, PageRequest.MAX_LIMIT));
        made += page.items().size();
        next = page.next();
      } while (next.isPresent());
      assertThat(made).as("seed %d", seed).isEqualTo(RECORDS);
    }
  }

  @Test
  void retentionThatWasKilledGoesOnAndSumsStay() throws Exception {
    String url = filled();
    Map<String, String> before;
    try (LedgerHarness ledger = LedgerHarness.on(url)) {
      before = ledger.rows("usage_project_daily", "day", Grain.PROJECT);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      assertThat(workUntilKilled(url, Work.PURGE, 1)).isGreaterThanOrEqualTo(0);
    }
    try (LedgerHarness ledger = LedgerHarness.on(url)) {
      ledger.clock.set(LATER);
      try (Retention retention = Work.retention(ledger)) {
        assertThat(retention.run()).isGreaterThanOrEqualTo(0);
      }
      long left =
          ledger.database.read(
              handle ->
                  handle
                      .createQuery(
                          "SELECT (SELECT COUNT(*) FROM usage_records) + (SELECT COUNT(*)"
                              + " FROM usage_dimensions WHERE person <> '')")
                      .mapTo(Long.class)
                      .one());
      assertThat(left).as("seed %d", seed).isZero();
      assertThat(ledger.rows("usage_project_daily", "day", Grain.PROJECT))
          .as("seed %d", seed)
          .isEqualTo(before);
      assertThat(ledger.totals("usage_daily", Grain.KEY))
          .isEqualTo(ledger.totals("usage_project_hourly", Grain.PROJECT));
    }
  }
}
