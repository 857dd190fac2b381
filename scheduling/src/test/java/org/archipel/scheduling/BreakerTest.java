package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long SECOND = 1_000_000_000L;
  private final Breaker breaker = new Breaker();

  @Test
  void opensAfterFiveFailuresInARow() {
    for (int i = 0; i < 4; i++) {
      breaker.failed(0);
    }
    assertThat(breaker.closed(0)).isTrue();
    breaker.failed(0);
    assertThat(breaker.closed(0)).isFalse();
    assertThat(breaker.open()).isTrue();
  }

  @Test
  void opensWhenMoreThanHalfOfTwentyFail() {
    for (int i = 0; i < 30; i++) {
      breaker.succeeded(i);
      breaker.failed(i);
      assertThat(breaker.closed(i)).as("half is not more than half").isTrue();
    }
    breaker.failed(30);
    assertThat(breaker.closed(30)).isFalse();
  }

  @Test
  void letsASingleTrialThroughAndWaitsTwiceAsLongAfterItFailed() {
    open();
    assertThat(breaker.closed(10 * SECOND)).isTrue();
    breaker.started();
    assertThat(breaker.closed(10 * SECOND)).as("one is enough").isFalse();
    breaker.failed(11 * SECOND);
    assertThat(breaker.closed(30 * SECOND)).isFalse();
    assertThat(breaker.closed(31 * SECOND)).isTrue();
  }

  @Test
  void closesWhenTheTrialSucceeds() {
    open();
    breaker.started();
    breaker.succeeded(12 * SECOND);
    assertThat(breaker.open()).isFalse();
    assertThat(breaker.closed(12 * SECOND)).isTrue();
  }

  @Test
  void trialThatTellsNothingMakesRoomForAnother() {
    open();
    breaker.started();
    breaker.undecided();
    assertThat(breaker.closed(12 * SECOND)).isTrue();
  }

  @Test
  void pauseIsAtMostTwoMinutes() {
    open();
    long now = 10 * SECOND;
    for (int i = 0; i < 10; i++) {
      while (!breaker.closed(now)) {
        now += SECOND;
      }
      breaker.started();
      breaker.failed(now);
    }
    assertThat(breaker.closed(now + 119 * SECOND)).isFalse();
    assertThat(breaker.closed(now + 120 * SECOND)).isTrue();
  }

  private void open() {
    for (int i = 0; i < 5; i++) {
      breaker.failed(0);
    }
  }
}
