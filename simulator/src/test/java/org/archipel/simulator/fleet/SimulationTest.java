package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Pool;
import org.archipel.simulator.fleet.scenario.Scenario;
import org.junit.jupiter.api.Test;

final class SimulationTest {
  private static final String OVERLOAD = "variants: {v: {load: {rate: 60}}}\n";

  private static Pool<Ticket> pool(String policy, Scenario scenario, long seed) {
    return Policies.make(policy, ScenarioPool.of(scenario), seed);
  }

  private static RunResult run(Scenario scenario, Pool<Ticket> pool, long seed) {
    return new Simulation(scenario, pool, List.of(), new Seeds(seed), Progress.NONE).run();
  }

  @Test
  void everyPolicyServesEverythingAndGivesAllPermitsBack() {
    Scenario scenario = Small.scenario("");
    for (String policy : Policies.names()) {
      Pool<Ticket> pool = pool(policy, scenario, 1);
      RunResult result = run(scenario, pool, 1);
      assertThat(pool.running()).as(policy).isZero();
      assertThat(pool.waiting()).as(policy).isZero();
      assertThat(result.value("total", Metric.OFFERED)).as(policy).isGreaterThan(200);
      assertThat(accounted(result)).as(policy).isEqualTo(result.value("total", Metric.OFFERED));
      assertThat(result.value("total", Metric.UNFINISHED)).as(policy).isZero();
      assertThat(result.value("total", Metric.UTILIZATION)).as(policy).isBetween(0.1, 1.0);
    }
  }

  @Test
  void inOverloadTooEveryRequestIsAccountedFor() {
    Scenario scenario = Small.scenario(OVERLOAD);
    for (String policy : Policies.names()) {
      Pool<Ticket> pool = pool(policy, scenario, 1);
      RunResult result = run(scenario, pool, 1);
      assertThat(accounted(result)).as(policy).isEqualTo(result.value("total", Metric.OFFERED));
      double organizations =
          result.value("org:a", Metric.SERVICE_SHARE)
              + result.value("org:b", Metric.SERVICE_SHARE)
              + result.value("org:c", Metric.SERVICE_SHARE);
      assertThat(organizations).as(policy).isBetween(0.999, 1.001);
    }
  }

  private static double accounted(RunResult result) {
    double sum = 0;
    for (Metric metric :
        List.of(
            Metric.SERVED,
            Metric.REFUSED_FULL,
            Metric.REFUSED_PREDICTED,
            Metric.EXPIRED,
            Metric.NO_ENGINE,
            Metric.UNFINISHED)) {
      sum += result.value("total", metric);
    }
    return sum;
  }

  @Test
  void allPoliciesSeeTheSameArrivals() {
    Scenario scenario = Small.scenario(OVERLOAD);
    Map<String, List<String>> seen = new HashMap<>();
    for (String policy : Policies.names()) {
      List<String> arrivals = new ArrayList<>();
      run(scenario, new Eavesdropper(pool(policy, scenario, 1), arrivals), 1);
      seen.put(policy, arrivals);
    }
    assertThat(seen.values()).allMatch(arrivals -> arrivals.size() > 500);
    assertThat(seen.values().stream().distinct()).hasSize(1);
  }

  @Test
  void aSeedGivesTheSameResultToTheLastBit() {
    Scenario scenario = Small.scenario(OVERLOAD);
    for (String policy : Policies.names()) {
      RunResult once = run(scenario, pool(policy, scenario, 7), 7);
      RunResult again = run(scenario, pool(policy, scenario, 7), 7);
      once.values()
          .forEach((scope, values) -> assertThat(again.values().get(scope)).isEqualTo(values));
      assertThat(run(scenario, pool(policy, scenario, 8), 8).requests())
          .isNotEqualTo(once.requests());
    }
  }

  @Test
  void peopleWhoWaitForAnswersNeverOverloadTheFleet() {
    String people =
        "variants: {v: {organizations: {a: {users: 5, think: 1s}, b: {share: 0}, c: {rate: 0}}}}\n";
    Scenario scenario = Small.scenario(people);
    RunResult result = run(scenario, pool("archipel", scenario, 1), 1);
    assertThat(result.value("org:a", Metric.SERVED)).isGreaterThan(20);
    assertThat(result.value("org:a", Metric.UNFINISHED)).isZero();
    assertThat(result.value("org:b", Metric.OFFERED)).isZero();
  }

  @Test
  void capacityWeightsHelpAnUnequalFleet() {
    Scenario scenario = Small.scenario("variants: {v: {duration: 120s, measure: {to: 120s}}}\n");
    RunResult blind = run(scenario, pool("rr", scenario, 1), 1);
    RunResult weighted = run(scenario, pool("cw-lor", scenario, 1), 1);
    assertThat(weighted.value("total", Metric.TTFT_P95))
        .isLessThan(blind.value("total", Metric.TTFT_P95));
    RunResult warm = run(scenario, pool("cache-aware", scenario, 1), 1);
    assertThat(warm.value("total", Metric.PREFIX_HIT))
        .isGreaterThan(weighted.value("total", Metric.PREFIX_HIT));
  }

  @Test
  void anUnknownPolicyIsRefusedByName() {
    assertThatThrownBy(() -> pool("best", Small.scenario(""), 1))
        .hasMessageContaining("policy: best (expected: one of archipel");
  }

  /** Passes all on and notes what is submitted. */
  private static final class Eavesdropper extends PassingPool {
    private final List<String> arrivals;

    Eavesdropper(Pool<Ticket> inner, List<String> arrivals) {
      super(inner);
      this.arrivals = arrivals;
    }

    @Override
    public List<Decision<Ticket>> submit(Demand demand, Ticket ticket, long now) {
      arrivals.add(now + " " + demand.flow() + " " + ticket.ask);
      return super.submit(demand, ticket, now);
    }
  }
}
