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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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
  private static final long YEAR = 60L * 86_400;
  private static final Repricing.Scope ALL =
      new Repricing.Scope(Instant.EPOCH, START.plusSeconds(10 * YEAR), Optional.empty());

  @TempDir Path folder;

  private final List<UsageRecord> kept = new ArrayList<>();

  @Test
  void recordsAndCorrectionsAreTheSumsOverAnyHistory() {
    for (int history = 0; history < 3; history++) {
      long seed = Long.getLong("seed", 20261122L + history);
      SplittableRandom random = new SplittableRandom(seed);
      Records records = new Records(seed);
      kept.clear();
      try (LedgerHarness ledger = new LedgerHarness(folder)) {
        for (int step = 0; step < 60; step++) {
          step(ledger, records, random);
        }
        checkSums(ledger, "seed " + seed);
        Map<String, Map<String, String>> before = ledger.allRows();
        ledger.rebuildAll();
        assertThat(ledger.allRows()).as("seed %d, rebuilt", seed).isEqualTo(before);
        assertThat(ledger.audit.verify()).isInstanceOf(AuditCheck.Whole.class);
      }
    }
  }

  private void step(LedgerHarness ledger, Records records, SplittableRandom random) {
    switch (random.nextInt(10)) {
      case 0 -> ledger.clock.set(START.plusSeconds(random.nextLong(-YEAR, YEAR)));
      case 1 -> ledger.restart();
      case 2 -> addTariff(ledger, random);
      case 3 -> reprice(ledger, random);
      case 4 -> correct(ledger, random);
      case 5 -> ledger.closedMonths.add(random.nextBoolean() ? "insa2026-10" : "école-été2026-11");
      case 6 -> crash(ledger, records, random);
      case 7 ->
          ledger.rebuild.day(
              START.atZone(ZoneOffset.UTC).toLocalDate().plusDays(random.nextInt(20)));
      default -> ship(ledger, records, random);
    }
  }

  private void ship(LedgerHarness ledger, Records records, SplittableRandom random) {
    List<UsageRecord> batch = batch(ledger, records, random);
    ledger.store.insert(batch);
    kept.addAll(batch.stream().filter(record -> !kept.contains(record)).distinct().toList());
  }

  /** New ones, some twice, and some that are stored already, as after a crash of the shipper. */
  private List<UsageRecord> batch(LedgerHarness ledger, Records records, SplittableRandom random) {
    List<UsageRecord> batch = new ArrayList<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      UsageRecord record = priced(ledger, records.next());
      batch.add(record);
      if (random.nextInt(4) == 0) {
        batch.add(record);
      }
      if (!kept.isEmpty() && random.nextInt(3) == 0) {
        batch.add(kept.get(random.nextInt(kept.size())));
      }
    }
    return batch;
  }

  private static UsageRecord priced(LedgerHarness ledger, UsageRecord r) {
    Optional<UsageRecord.Price> price =
        ledger
            .prices
            .tariff(r)
            .map(t -> t.price(r.outcome(), r.tokens(), r.engineMicros(), r.audioMillis()));
    return new UsageRecord(
        r.id(),
        r.startedAt(),
        r.requestId(),
        r.site(),
        r.caller(),
        r.model(),
        r.engine(),
        r.route(),
        r.streamed(),
        r.outcome(),
        r.status(),
        r.errorCode(),
        r.tokens(),
        r.timing(),
        r.requestBytes(),
        r.responseBytes(),
        r.attempts(),
        r.serviceClass(),
        r.person(),
        r.audioMillis(),
        r.engineMicros(),
        price,
        r.origin(),
        r.servedBy());
  }

  /** The transaction fails after rows of it were written. */
  private void crash(LedgerHarness ledger, Records records, SplittableRandom random) {
    List<UsageRecord> batch = new ArrayList<>(batch(ledger, records, random));
    UsageRecord poison = records.next();
    batch.add(beyondALong(poison, 1));
    batch.add(beyondALong(poison, 2));
    assertThatThrownBy(() -> ledger.store.insert(batch)).isInstanceOf(ArithmeticException.class);
  }

  private static UsageRecord beyondALong(UsageRecord r, int number) {
    return new UsageRecord(
        new UUID(number, r.id().getLeastSignificantBits()),
        r.startedAt(),
        r.requestId(),
        r.site(),
        new UsageRecord.Charged("never-committed", "p", "k"),
        r.model(),
        r.engine(),
        r.route(),
        r.streamed(),
        r.outcome(),
        r.status(),
        r.errorCode(),
        new UsageRecord.Tokens(Long.MAX_VALUE, 0, 0, false),
        r.timing(),
        r.requestBytes(),
        r.responseBytes(),
        r.attempts());
  }

  private static void addTariff(LedgerHarness ledger, SplittableRandom random) {
    Optional<Tariff> old =
        ledger.tariffs.list(PageRequest.FIRST).items().stream()
            .filter(t -> t.validUntil().isEmpty())
            .findAny();
    if (old.isPresent() && random.nextBoolean()) {
      Tariff tariff = old.get();
      Instant end = tariff.validFrom().plusSeconds(random.nextLong(YEAR));
      ledger.tariffs.end(ACTOR, tariff.id(), end, OptionalLong.of(tariff.version()));
      return;
    }
    Optional<String> model = random.nextBoolean() ? Optional.of("qwen3") : Optional.empty();
    Optional<String> kind = random.nextBoolean() ? Optional.of("beneficiary") : Optional.empty();
    TariffSelector applies =
        new TariffSelector(model, Optional.empty(), Optional.empty(), Optional.empty(), kind);
    Rates rates =
        new Rates(
            random.nextInt(9_000_000),
            random.nextInt(900_000),
            random.nextInt(9_000_000),
            3,
            7,
            11);
    Instant from = START.minusSeconds(random.nextLong(YEAR));
    try {
      ledger.tariffs.add(ACTOR, applies, rates, from, Optional.empty());
    } catch (LedgerException e) {
      assertThat(e.kind()).isEqualTo(LedgerException.Kind.EXISTS);
    }
  }

  /** Killed somewhere in the middle, then run again. */
  private static void reprice(LedgerHarness ledger, SplittableRandom random) {
    if (random.nextBoolean()) {
      int some = 1 + random.nextInt(200);
      ledger.corrections.reprice(ACTOR, ALL, "new tariff", Optional.empty(), some);
      return;
    }
    Repricing first = ledger.corrections.reprice(ACTOR, ALL, "new", Optional.empty(), 100_000);
    assertThat(first.next()).isEmpty();
    Repricing second = ledger.corrections.reprice(ACTOR, ALL, "new", Optional.empty(), 100_000);
    assertThat(second).isEqualTo(new Repricing(first.records(), 0, Map.of(), Optional.empty()));
  }

  private void correct(LedgerHarness ledger, SplittableRandom random) {
    if (kept.isEmpty()) {
      return;
    }
    UUID record = kept.get(random.nextInt(kept.size())).id();
    Correction.Difference tokens =
        new Correction.Difference(random.nextInt(0, 50), 0, random.nextInt(1, 50));
    List<Correction> made =
        ledger.corrections.correct(ACTOR, record, "said so", tokens, random.nextInt(-9000, 9000));
    assertThat(made).isNotEmpty();
    assertThat(ledger.corrections.list(Optional.of(record), PageRequest.FIRST).items())
        .containsAll(made);
  }

  private void checkSums(LedgerHarness ledger, String what) {
    Map<String, Map<String, Long>> expected = ledger.totalsOfRecordsAndCorrections();
    for (Grain grain : Grain.values()) {
      assertThat(ledger.totals(grain.hourly(), grain)).as(what).isEqualTo(expected);
      assertThat(ledger.totals(grain.daily(), grain)).as(what).isEqualTo(expected);
    }
    long requests = expected.values().stream().mapToLong(v -> v.getOrDefault("requests", 0L)).sum();
    assertThat(requests).as(what).isEqualTo(kept.size());
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
      UsageRecord record = priced(ledger, Records.typical(1));
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
      UsageRecord record = priced(ledger, Records.typical(1));
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
