package org.archipel.ledger;

import static org.archipel.ledger.JournalReading.SMALL;
import static org.archipel.ledger.UsageDimension.CURRENCY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.archipel.ledger.UsageReport.Row;
import org.archipel.ledger.UsageReport.Sums;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsageLedgerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void openDatabase() {
    database = Database.open(TestDatabase.url(folder));
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private UsageLedger open() {
    return UsageLedger.open(
        folder.resolve("journal"),
        database,
        Clock.systemUTC(),
        new LedgerOptions(
            SMALL,
            new ShippingPace(
                100, 10, Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(1)),
            "EUR"));
  }

  @Test
  void reportsAgreeWithSumsByHandForEveryGrouping() {
    long seed = Long.getLong("seed", 20261130);
    List<UsageRecord> records = new Records(seed).next(1500);
    SplittableRandom random = new SplittableRandom(seed);
    try (UsageLedger ledger = open()) {
      appendDurably(ledger, records);
      for (int tried = 0; tried < 60; tried++) {
        UsageQuery query = anyQuery(records, random);
        assertThat(ledger.report(query))
            .as("seed %d, %s", seed, query)
            .isEqualTo(new UsageReport(byHand(records, query), true, Optional.empty()));
      }
    }
  }

  private static UsageQuery anyQuery(List<UsageRecord> records, SplittableRandom random) {
    EnumSet<UsageDimension> groupBy = EnumSet.noneOf(UsageDimension.class);
    for (UsageDimension dimension : UsageDimension.values()) {
      if (random.nextInt(3) == 0) {
        groupBy.add(dimension);
      }
    }
    Instant a = Instant.ofEpochSecond(1_790_000_000L + random.nextLong(20 * 86_400));
    Instant b = a.plusSeconds(random.nextLong(10 * 86_400));
    UsageQuery query =
        new UsageQuery(
            groupBy,
            random.nextBoolean() ? Optional.of(a) : Optional.empty(),
            random.nextBoolean() ? Optional.of(b) : Optional.empty());
    for (UsageDimension dimension : UsageDimension.values()) {
      if (!dimension.time() && dimension != CURRENCY && random.nextInt(8) == 0) {
        UsageRecord like = records.get(random.nextInt(records.size()));
        query = query.where(dimension, key(like, dimension));
      }
    }
    return query;
  }

  private static List<Row> byHand(List<UsageRecord> records, UsageQuery query) {
    Map<Map<UsageDimension, String>, Sums> sums = new HashMap<>();
    if (query.groupBy().isEmpty()) {
      sums.put(Map.of(), Sums.NONE);
    }
    for (UsageRecord record : records) {
      Instant at = record.startedAt();
      if (query.filters().entrySet().stream()
          .anyMatch(filter -> !key(record, filter.getKey()).equals(filter.getValue()))) {
        continue;
      }
      if (query.since().map(at::isBefore).orElse(false)
          || !query.until().map(at::isBefore).orElse(true)) {
        continue;
      }
      Map<UsageDimension, String> keys = new EnumMap<>(UsageDimension.class);
      query.groupBy().forEach(dimension -> keys.put(dimension, key(record, dimension)));
      sums.merge(keys, one(record, query), Sums::plus);
    }
    List<Row> rows = new ArrayList<>();
    sums.forEach((keys, sum) -> rows.add(new Row(keys, sum)));
    Comparator<Row> order = Comparator.comparingInt(row -> 0);
    for (UsageDimension dimension : query.groupBy()) {
      order = order.thenComparing(row -> row.keys().getOrDefault(dimension, ""));
    }
    rows.sort(order);
    return rows;
  }

  private static String key(UsageRecord record, UsageDimension dimension) {
    return switch (dimension) {
      case ORGANIZATION -> record.caller().organization();
      case PROJECT -> record.caller().project();
      case MODEL -> record.model();
      case ENGINE -> record.engine().map(UsageRecord.Place::engine).orElse("");
      case KEY -> record.caller().key();
      case PERSON -> record.person().orElse("");
      case OWNER -> record.engine().map(UsageRecord.Place::owner).orElse("");
      case CLASS -> record.serviceClass();
      case CURRENCY -> record.price().map(UsageRecord.Price::currency).orElse("");
      case SITE -> record.servedBy().orElse("");
      case ORIGIN -> record.origin().map(UsageRecord.Origin::site).orElse("");
      case HOUR -> record.startedAt().truncatedTo(ChronoUnit.HOURS).toString();
      case DAY -> record.startedAt().atZone(ZoneOffset.UTC).toLocalDate().toString();
    };
  }

  private static Sums one(UsageRecord record, UsageQuery query) {
    return new Sums(
        1,
        record.outcome() == UsageOutcome.COMPLETED ? 1 : 0,
        record.outcome() == UsageOutcome.CANCELLED ? 1 : 0,
        record.outcome() == UsageOutcome.FAILED ? 1 : 0,
        record.tokens().prompt(),
        record.tokens().cached(),
        record.tokens().completion(),
        record.tokens().estimated() ? 1 : 0,
        record.timing().queued(),
        record.engineMicros(),
        record.audioMillis(),
        record
            .price()
            .filter(price -> price.currency().equals("EUR") || query.groupBy().contains(CURRENCY))
            .map(UsageRecord.Price::microCurrency)
            .orElse(0L));
  }

  @Test
  void emptyLedgerReportsOneRowOfZerosWithoutGroupsAndNoneWithGroups() {
    try (UsageLedger ledger = open()) {
      assertThat(ledger.report(UsageQuery.by()).rows())
          .containsExactly(new Row(Map.of(), Sums.NONE));
      assertThat(ledger.report(UsageQuery.by(UsageDimension.MODEL)).rows()).isEmpty();
    }
  }

  @Test
  void timesAreComparedToTheMicrosecond() {
    UsageRecord record = Records.typical(7);
    try (UsageLedger ledger = open()) {
      appendDurably(ledger, List.of(record));
      Instant at = record.startedAt();
      assertThat(requests(ledger, at, at.plusNanos(1000))).isEqualTo(1);
      assertThat(requests(ledger, at.plusNanos(1000), at.plusNanos(2000))).isZero();
      assertThat(requests(ledger, at.minusNanos(1000), at)).isZero();
    }
  }

  private static long requests(UsageLedger ledger, Instant since, Instant until) {
    UsageQuery query =
        new UsageQuery(
            EnumSet.noneOf(UsageDimension.class), Optional.of(since), Optional.of(until));
    return ledger.report(query).rows().getFirst().sums().requests();
  }

  @Test
  void spanThatEndsBeforeItBeginsIsRefused() {
    assertThatThrownBy(
            () ->
                new UsageQuery(
                    EnumSet.noneOf(UsageDimension.class),
                    Optional.of(Instant.ofEpochSecond(2)),
                    Optional.of(Instant.ofEpochSecond(1))))
        .hasMessage("since: 1970-01-01T00:00:02Z (expected: at most until, 1970-01-01T00:00:01Z)");
  }

  @Test
  void closeMovesEverythingAndLeavesAnEmptyJournal() {
    List<UsageRecord> records = new Records(5).next(1000);
    try (UsageLedger ledger = open()) {
      records.forEach(ledger.journal()::append);
    }
    assertThat(rows()).isEqualTo(1000);
    assertThat(JournalReading.recover(folder.resolve("journal"))).isEmpty();
  }

  @Test
  void whatAnEarlierProcessLeftIsMovedOnce() {
    List<UsageRecord> records = new Records(6).next(1000);
    try (FileJournal journal = FileJournal.open(folder.resolve("journal"), SMALL)) {
      records.forEach(journal::append);
    }
    database.migrate("ledger");
    UsageStore store =
        new UsageStore(
            database, new UsageRollups(), new LateRecords(ClosedPeriods.NONE, Clock.systemUTC()));
    store.insert(records.subList(0, 400));
    try (UsageLedger ledger = open()) {
      assertThat(ledger.catchUp(LIMIT)).isTrue();
      assertThat(rows()).isEqualTo(1000);
      store.insert(records);
      assertThat(ledger.report(UsageQuery.by()).rows())
          .containsExactlyElementsOf(byHand(records, UsageQuery.by()));
    }
  }

  @Test
  void rowsAreReadableByPeople() {
    try (UsageLedger ledger = open()) {
      appendDurably(ledger, List.of(Records.typical(3)));
      ledger.catchUp(LIMIT);
    }
    Map<String, String> row =
        database.read(
            handle ->
                handle.createQuery("SELECT * FROM usage_records").mapToMap(String.class).one());
    assertThat(row)
        .containsEntry("id", "01900000-0000-7000-8000-000000000003")
        .containsEntry("organization", "univ-rennes")
        .containsEntry("engine_owner", "univ-rennes")
        .containsEntry("outcome", "completed")
        .containsEntry("error_code", null)
        .containsEntry("prompt_tokens", "1234")
        .hasSize(35);
  }

  private int rows() {
    return database.read(
        handle ->
            handle.createQuery("SELECT COUNT(*) FROM usage_records").mapTo(Integer.class).one());
  }

  private static void appendDurably(UsageLedger ledger, List<UsageRecord> records) {
    long last = 0;
    for (UsageRecord record : records) {
      last = ledger.journal().append(record);
    }
    long target = last;
    await().until(() -> ledger.journal().durable() >= target);
  }
}
