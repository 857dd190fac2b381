package org.archipel.ledger;

import static org.archipel.ledger.JournalReading.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsageShipperTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(8);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;
  private FileJournal journal;
  private final Store store = new Store();

  /** A store in memory that can be down, or not settle. */
  private static final class Store implements RecordStore {
    private final Map<UUID, UsageRecord> rows = new LinkedHashMap<>();
    private final List<Integer> batches = new ArrayList<>();
    private boolean down;
    private boolean settles = true;
    private int tries;

    @Override
    public synchronized void insert(List<UsageRecord> records) {
      tries++;
      if (down) {
        throw new IllegalStateException("the store is down");
      }
      batches.add(records.size());
      records.forEach(record -> rows.putIfAbsent(record.id(), record));
    }

    @Override
    public synchronized boolean settle() {
      return settles;
    }

    synchronized void down(boolean value) {
      down = value;
    }

    synchronized void settles(boolean value) {
      settles = value;
    }

    synchronized List<UsageRecord> rows() {
      return List.copyOf(rows.values());
    }

    synchronized int tries() {
      return tries;
    }

    synchronized List<Integer> batches() {
      return List.copyOf(batches);
    }
  }

  @BeforeEach
  void openJournal() {
    journal = FileJournal.open(folder, SMALL);
  }

  @AfterEach
  void closeJournal() {
    journal.close();
  }

  private UsageShipper start(Duration poll, Duration retry, Clock clock) {
    UsageShipper shipper =
        new UsageShipper(
            journal, store, new ShippingPace(100, 1, Duration.ofMinutes(5), poll, retry), clock);
    shipper.start();
    return shipper;
  }

  private List<UsageRecord> append(long seed, int count) {
    List<UsageRecord> records = new Records(seed).next(count);
    long last = 0;
    for (UsageRecord record : records) {
      last = journal.append(record);
    }
    long target = last;
    await().until(() -> journal.durable() >= target);
    return records;
  }

  @Test
  void recordsReachTheStoreInOrderWithoutBeingAskedFor() {
    try (UsageShipper shipper = start(SHORT, SHORT, Clock.systemUTC())) {
      List<UsageRecord> records = append(1, 50);
      await().until(() -> store.rows().size() == 50);
      assertThat(store.rows()).isEqualTo(records);
      assertThat(shipper.storeUp()).isTrue();
    }
  }

  @Test
  void catchUpShipsAllThatIsDurableAtOnceAndFreesTheJournal() {
    List<UsageRecord> records = append(2, 2000);
    // One percent of a core and a look each hour: only the wish makes it quick.
    try (UsageShipper shipper = start(LONG, LONG, Clock.systemUTC())) {
      assertThat(shipper.catchUp(LIMIT)).isTrue();
      assertThat(store.rows()).isEqualTo(records);
      assertThat(store.batches()).hasSize(20).containsOnly(100);
      await().until(() -> journal.bytes() == SMALL.segmentBytes());
      assertThat(shipper.catchUp(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void youngBacklogGoesSlowlyAndAnOldOneAtFullSpeed() {
    append(3, 2000);
    Instant endOfFirst = Instant.ofEpochSecond(1_790_000_000L + 30 * 86_400);
    Clock old = Clock.fixed(endOfFirst, ZoneOffset.UTC);
    try (UsageShipper shipper = start(LONG, LONG, old)) {
      await().until(() -> store.rows().size() == 2000);
      assertThat(shipper.storeUp()).isTrue();
    }
    assertThat(new ShippingPace(100, 10, LONG, LONG, LONG).restNanos(7)).isEqualTo(63);
    assertThat(new ShippingPace(100, 100, LONG, LONG, LONG).restNanos(7)).isZero();
    assertThat(new ShippingPace(100, 1, LONG, LONG, LONG).restNanos(7)).isEqualTo(693);
  }

  @Test
  void storeThatIsDownLosesNothingAndTheJournalGrows() {
    store.down(true);
    try (UsageShipper shipper = start(SHORT, SHORT, Clock.systemUTC())) {
      List<UsageRecord> records = append(4, 2000);
      await().until(() -> store.tries() > 5);
      assertThat(shipper.storeUp()).isFalse();
      assertThat(shipper.catchUp(Duration.ofMillis(20))).isFalse();
      assertThat(journal.bytes()).isGreaterThan(2L * SMALL.segmentBytes());
      assertThat(journal.healthy()).isTrue();
      store.down(false);
      assertThat(shipper.catchUp(LIMIT)).isTrue();
      assertThat(shipper.storeUp()).isTrue();
      assertThat(store.rows()).isEqualTo(records);
    }
  }

  @Test
  void wishTriesAStoreThatIsDownAtOnce() {
    store.down(true);
    List<UsageRecord> records = append(5, 10);
    try (UsageShipper shipper = start(LONG, LONG, Clock.systemUTC())) {
      await().until(() -> !shipper.storeUp());
      store.down(false);
      assertThat(shipper.catchUp(LIMIT)).isTrue();
      assertThat(store.rows()).isEqualTo(records);
    }
  }

  @Test
  void segmentsStayUntilTheStoreHasSettled() {
    store.settles(false);
    append(6, 2000);
    try (UsageShipper shipper = start(SHORT, SHORT, Clock.systemUTC())) {
      assertThat(shipper.catchUp(LIMIT)).isTrue();
      long all = journal.bytes();
      assertThat(all).isGreaterThan(SMALL.segmentBytes());
      store.settles(true);
      await().until(() -> journal.bytes() == SMALL.segmentBytes());
    }
  }

  @Test
  void restartWithAStoreThatWasDownShipsWhatIsLeft() {
    store.down(true);
    List<UsageRecord> records = append(7, 1500);
    try (UsageShipper shipper = start(SHORT, SHORT, Clock.systemUTC())) {
      await().until(() -> !shipper.storeUp());
    }
    journal.close();
    store.down(false);
    journal = FileJournal.open(folder, SMALL);
    try (UsageShipper shipper = start(LONG, LONG, Clock.systemUTC())) {
      assertThat(shipper.catchUp(LIMIT)).isTrue();
      assertThat(store.rows()).isEqualTo(records);
    }
  }

  @Test
  void catchUpOfARestartedEmptyJournalReturnsAtOnce() {
    append(8, 20);
    try (UsageShipper shipper = start(LONG, LONG, Clock.systemUTC())) {
      journal.finish();
      assertThat(shipper.catchUp(LIMIT)).isTrue();
    }
    journal.close();
    journal = FileJournal.open(folder, SMALL);
    try (UsageShipper shipper = start(LONG, LONG, Clock.systemUTC())) {
      assertThat(shipper.catchUp(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void paceOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new ShippingPace(0, 10, LONG, LONG, LONG))
        .hasMessage("batch: 0 (expected: 1 to 10000)");
    assertThatThrownBy(() -> new ShippingPace(1, 0, LONG, LONG, LONG))
        .hasMessage("percent: 0 (expected: 1 to 100)");
  }
}
