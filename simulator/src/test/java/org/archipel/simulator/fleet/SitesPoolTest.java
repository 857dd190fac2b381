package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.archipel.simulator.fleet.scenario.ScenarioFile;
import org.archipel.simulator.fleet.scenario.Study;
import org.junit.jupiter.api.Test;

/** Sites that help each other, on the scheduler of production. */
class SitesPoolTest {
  private static final String TWO_SITES =
      """
      title: two sites
      duration: 90s
      measure: {from: 10s, to: 90s}
      drain: 5m
      objective: {ttft: 10s, itl: 150ms}
      engines:
        busy: {count: 2, owner: busy, invented: {sequences: 4, kv_tokens: 40000,
          prefill_tokens_per_second: 8000, step: 20ms}}
        idle: {count: 2, owner: idle, invented: {sequences: 4, kv_tokens: 40000,
          prefill_tokens_per_second: 8000, step: 20ms}}
      organizations:
        busy: {rate: 4}
        idle: {rate: 0.5}
      load:
        requests:
          prompts: {median: 500, sigma: 0.5, max: 2000}
          outputs: {median: 150, sigma: 0.5, max: 500}
      """;

  private static RunResult run(String policy) {
    Study study = ScenarioFile.parse(Path.of("two.yaml"), TWO_SITES);
    Comparison comparison =
        new Experiment(study, List.of(policy), 1).run((_, _, _, _, _) -> (_, _) -> {});
    return comparison.trials().getFirst().result();
  }

  @Test
  void aSiteThatIsFullIsHelpedAndOwnersGoFirst() {
    RunResult isolated = run("isolated");
    RunResult federated = run("federated");
    assertThat(isolated.value("org:busy", Metric.GOODPUT)).isLessThan(0.9);
    assertThat(federated.value("org:busy", Metric.GOODPUT))
        .isGreaterThan(isolated.value("org:busy", Metric.GOODPUT) + 0.1);
    assertThat(isolated.value("total", Metric.OVERFLOWED)).isZero();
    assertThat(federated.value("total", Metric.OVERFLOWED)).isGreaterThan(20);
    assertThat(federated.value("total", Metric.LOCALITY_INVERSIONS)).isZero();
    assertThat(federated.value("org:idle", Metric.GOODPUT)).isGreaterThan(0.99);
  }

  @Test
  void everyRequestEndsOnce() {
    RunResult federated = run("federated");
    double ended =
        federated.value("total", Metric.SERVED)
            + federated.value("total", Metric.REFUSED_PREDICTED)
            + federated.value("total", Metric.REFUSED_FULL)
            + federated.value("total", Metric.EXPIRED)
            + federated.value("total", Metric.NO_ENGINE);
    assertThat(ended).isEqualTo(federated.value("total", Metric.OFFERED));
    assertThat(federated.value("total", Metric.UNFINISHED)).isZero();
  }

  @Test
  void oneSeedGivesOneResult() {
    assertThat(run("federated").values()).isEqualTo(run("federated").values());
  }
}
