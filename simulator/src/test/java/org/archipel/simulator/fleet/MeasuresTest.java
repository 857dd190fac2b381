package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MeasuresTest {
  @Test
  void quantilesAreWithinOnePercentOfThoseOfTheValues() {
    long seed = Long.getLong("archipel.seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    LatencyRecord record = new LatencyRecord();
    double[] seconds = new double[10_000];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = Math.exp(random.nextGaussian() * 3 - 2);
      record.record((long) (seconds[i] * 1e9));
    }
    Arrays.sort(seconds);
    for (double quantile : new double[] {0.5, 0.95, 0.99, 1}) {
      double exact = seconds[(int) Math.ceil(quantile * seconds.length) - 1];
      assertThat(record.seconds(quantile))
          .as("seed %d, quantile %s", seed, quantile)
          .isCloseTo(exact, within(0.01 * exact + 1e-6));
    }
  }

  @Test
  void nothingHasNoQuantile() {
    assertThat(new LatencyRecord().seconds(0.5)).isNaN();
  }

  @Test
  void anEstimateIsTheMeanAndStudentsMargin() {
    Estimate estimate = Estimate.of(1, 2, 3, 4, 5, Double.NaN);
    assertThat(estimate.runs()).isEqualTo(5);
    assertThat(estimate.mean()).isEqualTo(3);
    // 2.776 x sqrt(2.5) / sqrt(5)
    assertThat(estimate.margin()).isCloseTo(1.963, within(0.001));
    assertThat(Estimate.of(7).margin()).isNaN();
    assertThat(Estimate.of(Double.NaN).mean()).isNaN();
    assertThat(Estimate.student(60)).isCloseTo(2.000, within(0.001));
  }

  @Test
  void theServiceGapCountsWhileBothAreBackloggedOnly() {
    FairnessRecord fairness = new FairnessRecord(new double[] {1, 2});
    fairness.pending(0, 5);
    fairness.pending(1, 5);
    fairness.sample();
    fairness.serve(0, 1000);
    fairness.sample();
    assertThat(fairness.largestGap()).isZero();
    fairness.serve(1, 2000);
    fairness.sample();
    fairness.serve(1, 400);
    fairness.sample();
    assertThat(fairness.largestGap()).isEqualTo(1200);
    fairness.pending(1, -5);
    fairness.serve(0, 90_000);
    fairness.pending(1, 1);
    fairness.sample();
    assertThat(fairness.largestGap()).isEqualTo(1200);
  }

  @Test
  void jainsIndexIsOneForEqualServiceOverWeight() {
    FairnessRecord fairness = new FairnessRecord(new double[] {1, 2, 1});
    fairness.pending(0, 1);
    fairness.pending(1, 1);
    for (int i = 0; i < 11; i++) {
      fairness.serve(0, 10);
      fairness.serve(1, 20);
      fairness.serve(2, 7);
      fairness.sample();
    }
    assertThat(fairness.jain()).isNaN();
    for (int i = 0; i < 10; i++) {
      fairness.serve(0, 10);
      fairness.serve(1, 20);
      fairness.sample();
    }
    assertThat(fairness.jain()).isCloseTo(1, within(1e-9));
  }
}
