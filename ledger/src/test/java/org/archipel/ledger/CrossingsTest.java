package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that crossed are numbered without gaps, each once, whatever happened to a batch. */
final class CrossingsTest {
  private static final Way GIVEN_TO_LILLE = new Way(Direction.GIVEN, "lille");
  private static final Way TAKEN_FROM_LILLE = new Way(Direction.TAKEN, "lille");

  @TempDir Path folder;
  private LedgerHarness ledger;
  private Crossings crossings;

  @BeforeEach
  void open() {
    ledger = new LedgerHarness(folder);
    crossings = new Crossings(ledger.database);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void requestsThatStayedAreNotCrossings() {
    ledger.store.insert(List.of(Records.typical(1)));
    assertThat(crossings.sites(Direction.GIVEN)).isEmpty();
    assertThat(crossings.sites(Direction.TAKEN)).isEmpty();
  }

  @Test
  void givenRequestTellsWhatTheRecordSays() {
    UsageRecord record =
        crossing(7, Optional.of(new UsageRecord.Origin("lille", "r-1")), Optional.empty());
    ledger.store.insert(List.of(record));
    assertThat(crossings.list(GIVEN_TO_LILLE, 0, 10))
        .containsExactly(
            new Crossing(
                GIVEN_TO_LILLE,
                1,
                "r-1",
                record.id(),
                record.caller().organization(),
                record.model(),
                record.serviceClass(),
                "univ-rennes",
                record.outcome(),
                new Crossing.Used(record.tokens(), record.engineMicros(), record.audioMillis()),
                record.price(),
                record.startedAt(),
                record.timing().total()));
    assertThat(crossings.list(TAKEN_FROM_LILLE, 0, 10)).isEmpty();
  }

  @Test
  void takenRequestIsNamedByItsOwnRecord() {
    UsageRecord record = crossing(8, Optional.empty(), Optional.of("lille"));
    ledger.store.insert(List.of(record));
    assertThat(crossings.list(TAKEN_FROM_LILLE, 0, 10))
        .extracting(Crossing::request)
        .containsExactly(record.id().toString());
  }

  @Test
  void lastIsAmongThoseThatArrivedBefore() {
    ledger.store.insert(
        List.of(
            crossing(1, Optional.empty(), Optional.of("lille")),
            crossing(3, Optional.empty(), Optional.of("lille")),
            crossing(2, Optional.empty(), Optional.of("lille"))));
    Instant third = Records.typical(3).startedAt();
    assertThat(crossings.last(TAKEN_FROM_LILLE, third)).isEqualTo(3);
    assertThat(crossings.last(TAKEN_FROM_LILLE, third.minusNanos(1000))).isEqualTo(1);
    assertThat(crossings.last(GIVEN_TO_LILLE, third)).isZero();
  }

  @Test
  void sequencesHaveNoGapsWhateverIsRepeatedOrFails() {
    long seed = Long.getLong("seed", 20261122);
    SplittableRandom random = new SplittableRandom(seed);
    Records records = new Records(seed);
    List<UsageRecord> kept = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      List<UsageRecord> batch = new ArrayList<>(records.next(random.nextInt(8)));
      if (!kept.isEmpty()) {
        batch.add(kept.get(random.nextInt(kept.size())));
      }
      if (random.nextInt(4) == 0) {
        failing(batch, records);
      } else {
        ledger.store.insert(batch);
        batch.stream().filter(record -> !kept.contains(record)).forEach(kept::add);
      }
    }
    for (Direction direction : Direction.values()) {
      for (String site : List.of("lille", "saclay")) {
        Way way = new Way(direction, site);
        List<Crossing> found = crossings.list(way, 0, Integer.MAX_VALUE);
        List<UUID> expected =
            kept.stream()
                .filter(record -> Crossing.way(record).equals(Optional.of(way)))
                .map(UsageRecord::id)
                .toList();
        assertThat(expected).as("seed %d", seed).isNotEmpty();
        assertThat(found.stream().map(Crossing::record))
            .as("seed %d, %s", seed, way)
            .containsExactlyElementsOf(expected);
        assertThat(found.stream().map(Crossing::sequence))
            .as("seed %d, %s", seed, way)
            .containsExactlyElementsOf(LongStream.rangeClosed(1, expected.size()).boxed().toList());
      }
    }
  }

  /** The batch's last record cannot be summed up: nothing of the batch stays. */
  private void failing(List<UsageRecord> batch, Records records) {
    List<UsageRecord> poisoned = new ArrayList<>(batch);
    for (int i = 0; i < 2; i++) {
      poisoned.add(
          new UsageRecord(
              new UUID(i, records.next().id().getLeastSignificantBits()),
              Instant.EPOCH,
              "",
              "rennes",
              new UsageRecord.Charged("o", "p", "k"),
              "m",
              Optional.empty(),
              "/v1/completions",
              false,
              UsageOutcome.COMPLETED,
              200,
              Optional.empty(),
              new UsageRecord.Tokens(Long.MAX_VALUE, 0, 0, false),
              new UsageRecord.Timing(0, 0, 0),
              0,
              0,
              0));
    }
    assertThatThrownBy(() -> ledger.store.insert(poisoned)).isInstanceOf(ArithmeticException.class);
  }

  private static UsageRecord crossing(
      long number, Optional<UsageRecord.Origin> origin, Optional<String> servedBy) {
    UsageRecord r = Records.typical(number);
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
        r.price(),
        origin,
        servedBy);
  }
}
