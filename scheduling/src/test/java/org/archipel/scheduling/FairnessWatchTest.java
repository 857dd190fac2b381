package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators are told of fairness. */
class FairnessWatchTest {
  private int tickets;

  @Test
  void whoeverCompetesGetsItsShareAndTheIndexSaysSo() {
    Scene scene = new Scene(Scene.plain().without(Feature.DROP_WITH_MARGIN));
    scene.engine("a", Scene.RENNES, 4);
    scene.pool().shares(Map.of(Scene.LILLE, new Share(2, 1), Scene.REIMS, new Share(1, 1)));
    for (int i = 0; i < 600; i++) {
      submit(scene, Scene.LILLE);
      submit(scene, Scene.REIMS);
    }
    serve(scene, 40);

    PoolFairness fairness = scene.pool().snapshot(scene.now()).fairness();
    Map<String, Double> shares = minutes(fairness);
    assertThat(shares.get(Scene.LILLE)).isCloseTo(1, within(0.1));
    assertThat(shares.get(Scene.REIMS)).isCloseTo(1, within(0.1));
    assertThat(shares).containsOnlyKeys(Scene.LILLE, Scene.REIMS);
    assertThat(fairness.jainMinute()).isGreaterThan(0.99);
    assertThat(fairness.gap()).isNotNegative().isLessThanOrEqualTo(fairness.gapBound());
  }

  @Test
  void whoAsksForLittleCompetesWithNobody() {
    Scene scene = new Scene(Scene.plain().without(Feature.DROP_WITH_MARGIN));
    scene.engine("a", Scene.RENNES, 4);
    for (int i = 0; i < 20; i++) {
      String ticket = submit(scene, Scene.LILLE);
      scene.pass(1).end(ticket, new Completion(Outcome.COMPLETED, 100, 0, 100));
    }

    PoolFairness fairness = scene.pool().snapshot(scene.now()).fairness();
    assertThat(fairness.shares()).isEmpty();
    assertThat(fairness.jainMinute()).isOne();
    assertThat(fairness.gapBound()).isZero();
  }

  @Test
  void theIndexOfOneWhoHasAllIsOneOverTheirNumber() {
    PoolFairness taken =
        new PoolFairness(
            List.of(
                new PoolFairness.Received("a", 3, 1),
                new PoolFairness.Received("b", 0, 1),
                new PoolFairness.Received("c", 0, 1)),
            0,
            0);

    assertThat(taken.jainMinute()).isCloseTo(1.0 / 3, within(1e-9));
    assertThat(taken.jainQuarter()).isOne();
  }

  @Test
  void aForecastIsComparedWithTheWait() {
    Scene scene = new Scene(SchedulingOptions.DEFAULTS.without(Feature.ADAPTIVE_LIMITS));
    scene.engine("a", Scene.RENNES, 1);
    for (int i = 0; i < 40; i++) {
      submit(scene, Scene.LILLE);
      scene.pass(0.2);
    }
    serve(scene, 10);

    ForecastErrors errors = scene.pool().snapshot(scene.now()).forecasts();
    assertThat(errors.counts().stream().mapToLong(Long::longValue).sum()).isPositive();
    assertThat(errors.seconds()).isPositive();
  }

  private String submit(Scene scene, String organization) {
    String ticket = organization + " " + tickets++;
    scene.submit(ticket, organization);
    return ticket;
  }

  /** Ends everything that runs, every quarter of a second. */
  private static void serve(Scene scene, int seconds) {
    for (int i = 0; i < 4 * seconds; i++) {
      for (String ticket : List.copyOf(scene.running())) {
        scene.end(ticket, new Completion(Outcome.COMPLETED, 100, 0, 100));
      }
      scene.pass(0.25);
    }
  }

  private static Map<String, Double> minutes(PoolFairness fairness) {
    return fairness.shares().stream()
        .collect(
            Collectors.toMap(
                PoolFairness.Received::organization,
                PoolFairness.Received::minute,
                (one, other) -> one,
                HashMap::new));
  }
}
