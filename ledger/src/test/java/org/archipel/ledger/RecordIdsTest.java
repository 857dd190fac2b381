package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class RecordIdsTest {
  private static final long MILLIS = 1_790_000_000_123L;

  private static Clock fixed() {
    return Clock.fixed(Instant.ofEpochMilli(MILLIS), ZoneOffset.UTC);
  }

  @Test
  void idIsAVersionSevenWithTheTimeOfTheClock() {
    UUID id = new RecordIds(fixed()).next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(MILLIS);
  }

  @Test
  void idsOfOneThreadGrowWithinAMillisecondBeyondTheCounter() {
    RecordIds ids = new RecordIds(fixed());
    String before = "";
    for (int i = 0; i < 20_000; i++) {
      UUID id = ids.next();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.toString()).isGreaterThan(before);
      before = id.toString();
    }
  }

  @Test
  void idsOfSeveralThreadsAreDistinct() throws InterruptedException {
    RecordIds ids = new RecordIds(fixed());
    Set<UUID> seen = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      seen.add(ids.next());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).hasSize(80_000);
  }

  @Test
  void generatorsOfTwoProcessesDiffer() {
    assertThat(new RecordIds(fixed()).next()).isNotEqualTo(new RecordIds(fixed()).next());
    assertThat(new RecordIds(fixed(), 1).next()).isEqualTo(new RecordIds(fixed(), 1).next());
  }
}
