package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What a pool learns: speeds, lengths, contributions, and how fast a queue is worked off. */
class EstimatesTest {
  private static final long SECOND = 1_000_000_000L;
  private final Random random = new Random(7);

  @Test
  void prefillRateIsLearnedWhateverWasPromised() {
    SpeedEstimate speed = new SpeedEstimate(EngineSpeed.UNKNOWN);
    for (int i = 0; i < 400; i++) {
      double rate = 12_000 + 2_000 * random.nextDouble();
      speed.prefilled(4_000, 4_000 / rate);
    }
    assertThat(speed.prefillMeasured()).isTrue();
    assertThat(speed.prefillRate()).isCloseTo(13_800, Percentage.withPercentage(10));
  }

  @Test
  void shortPromptsSayNothingOfThePrefillRate() {
    SpeedEstimate speed = new SpeedEstimate(EngineSpeed.UNKNOWN);
    for (int i = 0; i < 100; i++) {
      speed.prefilled(50, 0.5);
    }
    assertThat(speed.prefillMeasured()).isFalse();
    assertThat(speed.prefillRate()).isEqualTo(2_500);
  }

  @Test
  void interTokenTimeIsALineOverTheBatch() {
    SpeedEstimate speed = new SpeedEstimate(EngineSpeed.UNKNOWN);
    for (int i = 0; i < 2_000; i++) {
      int batch = 1 + random.nextInt(64);
      speed.decoded(batch, 0.012 + 0.0004 * batch + 0.001 * random.nextGaussian());
    }
    assertThat(speed.interToken(1)).isCloseTo(0.0124, within(0.001));
    assertThat(speed.interToken(64)).isCloseTo(0.0376, within(0.002));
  }

  @Test
  void interTokenTimeIsNeverNegative() {
    SpeedEstimate speed = new SpeedEstimate(EngineSpeed.UNKNOWN);
    for (int i = 0; i < 500; i++) {
      speed.decoded(1 + random.nextInt(4), 0.2 * random.nextDouble());
      assertThat(speed.interToken(1)).isNotNegative();
      assertThat(speed.interToken(256)).isNotNegative();
    }
  }

  @Test
  void lengthsStartAtAPriorAndFollowWhatIsSeen() {
    LengthEstimate lengths = new LengthEstimate();
    assertThat(lengths.expected(TokenEstimate.UNLIMITED)).isBetween(200, 400);
    assertThat(lengths.expected(10)).as("the caller's limit").isEqualTo(10);
    for (int i = 0; i < 1_000; i++) {
      lengths.seen(40 + random.nextInt(20));
    }
    assertThat(lengths.expected(TokenEstimate.UNLIMITED)).isBetween(40, 64);
    assertThat(lengths.reserved(TokenEstimate.UNLIMITED)).isBetween(40, 90);
  }

  @Test
  void embeddingsGenerateNothing() {
    assertThat(new LengthEstimate().reserved(0)).isZero();
  }

  @Test
  void givingPaysAndTakingCostsWithinBounds() {
    Contribution contribution = new Contribution();
    assertThat(contribution.factor()).isEqualTo(1);
    contribution.took(1e12);
    assertThat(contribution.factor()).isEqualTo(0.5);
    contribution.gave(1e15);
    assertThat(contribution.factor()).isEqualTo(2);
    contribution.fade(3_600 * 60);
    assertThat(contribution.factor()).as("forgotten after days").isCloseTo(1, within(0.01));
  }

  @Test
  void drainRateCountsOnlyTheTimeInWhichSomebodyWaits() {
    DrainRate rate = new DrainRate();
    rate.expect(100);
    assertThat(rate.perSecond()).isEqualTo(100);
    long now = 0;
    for (int i = 0; i < 100; i++) {
      rate.waiting(true, now);
      now += SECOND / 2;
      rate.started(500, now);
      rate.waiting(false, now);
      now += 10 * SECOND;
    }
    assertThat(rate.perSecond()).isCloseTo(1_000, Percentage.withPercentage(10));
  }

  @Test
  void virtualTimeNeverGoesBack() {
    VirtualTimes times = new VirtualTimes(SchedulingOptions.DEFAULTS);
    WaitingRoom<String> room =
        new WaitingRoom<>(
            times,
            new EngineTable(),
            new Calendar<>(SchedulingOptions.DEFAULTS, new Deadlines(SchedulingOptions.DEFAULTS)));
    double before = 0;
    for (int i = 0; i < 10_000; i++) {
      Flow flow = new Flow("org" + random.nextInt(5), "p", ServiceClass.STANDARD);
      Project<String> project = room.project(flow, false);
      times.tenantActive(project.tenant());
      Run.Start start =
          new Run.Start(
              project.tenant(),
              project,
              flow,
              ServiceClass.STANDARD,
              false,
              1 + random.nextInt(3),
              100,
              0,
              100,
              200,
              i,
              1,
              100,
              0);
      times.served(start, room.active(), room.externalWaiting());
      // Refunds too.
      times.charge(start, random.nextInt(1_000) - 200);
      assertThat(times.now()).isGreaterThanOrEqualTo(before);
      before = times.now();
    }
    assertThat(before).isPositive();
  }
}
