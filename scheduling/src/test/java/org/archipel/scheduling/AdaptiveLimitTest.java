package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final long SECOND = 1_000_000_000L;
  private static final EngineCapacity BATCHING = new EngineCapacity(256, 0, false);
  private static final EngineCapacity SLOTS = new EngineCapacity(4, 0, true);

  private long now;

  @Test
  void whatIsDeclaredCountsFromTheStart() {
    assertThat(new AdaptiveLimit(SLOTS, 0.15, now).limit()).isEqualTo(4);
    assertThat(new AdaptiveLimit(BATCHING, 0.15, now).limit()).isEqualTo(256);
  }

  @Test
  void fullEngineWithoutSignsGrowsBack() {
    AdaptiveLimit limit = shrunk();
    int small = limit.limit();
    window(limit, 1.0, 0.02);
    assertThat(limit.limit()).isEqualTo(small + 12);
  }

  @Test
  void limitGrowsBackAlsoWhileNobodyStartsOrEnds() {
    AdaptiveLimit limit = shrunk();
    settle(limit, 85);
    for (int i = 0; i < 5; i++) {
      now += 2 * SECOND;
      limit.step(now);
    }
    assertThat(limit.limit()).as("long answers fill it all the time").isGreaterThan(120);
  }

  @Test
  void engineThatIsNotInUseDoesNotGrow() {
    AdaptiveLimit limit = shrunk();
    settle(limit, 20);
    int small = limit.limit();
    limit.running(small / 2);
    tokens(limit, 1.0, 0.02);
    now += SECOND;
    limit.step(now);
    assertThat(limit.limit()).isEqualTo(small);
  }

  @Test
  void lateFirstTokensTakeFivePercent() {
    AdaptiveLimit limit = grown();
    window(limit, 2.5, 0.02);
    assertThat(limit.limit()).isEqualTo((int) (256 * 0.95));
  }

  @Test
  void tokensSlowerThanAReaderWantsTakeFivePercent() {
    AdaptiveLimit limit = grown();
    window(limit, 1.0, 0.2);
    assertThat(limit.limit()).isEqualTo((int) (256 * 0.95));
  }

  @Test
  void engineThatIsAlwaysSlowIsNotPunishedForIt() {
    AdaptiveLimit limit = new AdaptiveLimit(BATCHING, 0.15, now);
    for (int second = 0; second < 3; second++) {
      window(limit, 1.0, 0.25);
    }
    assertThat(limit.limit()).isEqualTo(256);
  }

  @Test
  void queueInsideTheEngineTakesFifteenPercentOfWhatRuns() {
    AdaptiveLimit limit = grown();
    settle(limit, 100);
    limit.reported(EngineLoad.of(100, 5));
    now += SECOND;
    limit.step(now);
    assertThat(limit.limit()).as("one report may be chance").isEqualTo(256);
    settle(limit, 100);
    limit.reported(EngineLoad.of(100, 5));
    now += SECOND;
    limit.step(now);
    assertThat(limit.limit()).isEqualTo(85);
  }

  @Test
  void fullCacheAndPreemptionsAreHardSigns() {
    AdaptiveLimit full = grown();
    settle(full, 200);
    full.reported(new EngineLoad(200, 0, 0.98, 0));
    now += SECOND;
    full.step(now);
    assertThat(full.limit()).isEqualTo(170);
    AdaptiveLimit preempting = grown();
    settle(preempting, 200);
    preempting.reported(new EngineLoad(200, 0, 0.5, 3));
    preempting.reported(new EngineLoad(200, 0, 0.5, 4));
    now += SECOND;
    preempting.step(now);
    assertThat(preempting.limit()).isEqualTo(170);
  }

  @Test
  void engineThatWasStartedAnewHasNotPreempted() {
    AdaptiveLimit limit = grown();
    settle(limit, 200);
    limit.reported(new EngineLoad(200, 0, 0.5, 30));
    limit.reported(new EngineLoad(200, 0, 0.5, 0));
    now += SECOND;
    limit.step(now);
    assertThat(limit.limit()).isEqualTo(256);
  }

  @Test
  void limitNeverFallsBelowOneNorRisesOverTheMost() {
    AdaptiveLimit limit = grown();
    for (int i = 0; i < 100; i++) {
      limit.pushedBack();
      now += 2 * SECOND;
      limit.step(now);
    }
    assertThat(limit.limit()).isEqualTo(1);
    limit.most(8);
    for (int i = 0; i < 100; i++) {
      window(limit, 1.0, 0.02);
    }
    assertThat(limit.limit()).isEqualTo(8);
  }

  private AdaptiveLimit grown() {
    AdaptiveLimit limit = new AdaptiveLimit(BATCHING, 0.15, now);
    for (int second = 0; second < 4; second++) {
      window(limit, 1.0, 0.02);
    }
    return limit;
  }

  private AdaptiveLimit shrunk() {
    AdaptiveLimit limit = grown();
    settle(limit, 100);
    limit.pushedBack();
    now += SECOND;
    limit.step(now);
    assertThat(limit.limit()).isEqualTo(85);
    return limit;
  }

  /** A window in the end of which so many run. */
  private void settle(AdaptiveLimit limit, int running) {
    limit.running(running);
    now += 2 * SECOND;
    limit.step(now);
  }

  /** A second of a full engine. */
  private void window(AdaptiveLimit limit, double lateness, double pace) {
    limit.running(limit.limit());
    tokens(limit, lateness, pace);
    now += SECOND;
    limit.step(now);
  }

  private static void tokens(AdaptiveLimit limit, double lateness, double pace) {
    for (int i = 0; i < 10; i++) {
      limit.firstToken(lateness);
      limit.interToken(pace);
    }
  }
}
