package org.archipel.simulator.fleet.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSpeed;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.junit.jupiter.api.Test;

final class BaselinesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final EngineSpeed FAST = new EngineSpeed(15_000, 0.012, 0.0001);
  private static final EngineSpeed SLOW = new EngineSpeed(5_000, 0.036, 0.0003);

  private final List<Permit> permits = new ArrayList<>();

  private static Demand demand(RoutingMode routing, long... blocks) {
    return new Demand(
        new Flow("b", "p", ServiceClass.INTERACTIVE),
        new TokenEstimate(1000, TokenEstimate.UNLIMITED),
        new Prefix(blocks, 0),
        routing,
        Patience.from(0),
        Set.of());
  }

  /** Engine x of organization a, three times as fast as y of b. */
  private static <P extends Pool<Object>> P with(P pool) {
    pool.engineUp(new EngineProfile("x", "a", EngineCapacity.of(64), FAST), 0);
    pool.engineUp(new EngineProfile("y", "b", EngineCapacity.of(64), SLOW), 0);
    return pool;
  }

  private String start(Pool<Object> pool, Demand demand, long now) {
    return started(pool.submit(demand, new Object(), now)).orElse("-");
  }

  private Optional<String> started(List<Decision<Object>> decisions) {
    for (Decision<Object> decision : decisions) {
      if (decision instanceof Decision.Start<Object>(Object _, Permit permit)) {
        permits.add(permit);
        return Optional.of(permit.engine());
      }
    }
    return Optional.empty();
  }

  private String starts(Pool<Object> pool, int count) {
    StringBuilder engines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      engines.append(start(pool, demand(RoutingMode.ANY), 0));
    }
    return engines.toString();
  }

  @Test
  void roundRobinTakesTurnsAndWeightedSpreadsThem() {
    assertThat(starts(with(RoundRobinPool.plain()), 4)).isEqualTo("xyxy");
    assertThat(starts(with(RoundRobinPool.weighted()), 8)).matches("xx?yxxx?yxx?");
  }

  @Test
  void leastOutstandingEvensOutAndWeightedByCapacity() {
    Pool<Object> plain = with(LeastOutstandingPool.plain(1));
    assertThat(starts(plain, 40).replace("x", "")).hasSize(20);
    Pool<Object> weighted = with(LeastOutstandingPool.weighted(1));
    assertThat(starts(weighted, 40).replace("x", "").length()).isBetween(9, 11);
    permits.stream()
        .skip(40)
        .forEach(p -> weighted.complete(p, Completion.of(Outcome.COMPLETED), 1));
    permits.stream()
        .skip(40)
        .forEach(p -> weighted.complete(p, Completion.of(Outcome.COMPLETED), 1));
    assertThat(weighted.running()).isZero();
    assertThat(starts(weighted, 1)).isEqualTo("x");
  }

  @Test
  void localOnlyStaysAtHomeAndEnginesThatAreDownGetNothing() {
    for (Pool<Object> pool :
        List.of(
            with(RoundRobinPool.<Object>plain()),
            with(LeastOutstandingPool.<Object>weighted(1)),
            with(AristotePool.<Object>asIs()),
            with(new CacheAwarePool<Object>()))) {
      Demand local = demand(RoutingMode.LOCAL_ONLY);
      assertThat(start(pool, local, 0)).isEqualTo("y");
      pool.engineDown("y", 0);
      assertThat(start(pool, local, 0)).isEqualTo("-");
      assertThat(pool.waiting()).isZero();
      assertThat(start(pool, demand(RoutingMode.ANY), 0)).isEqualTo("x");
    }
  }

  @Test
  void cacheAwareFollowsThePrefixUntilLoadsDiffer() {
    Pool<Object> pool = with(new CacheAwarePool<>());
    assertThat(start(pool, demand(RoutingMode.ANY, 1, 2, 3), 0)).isEqualTo("x");
    assertThat(start(pool, demand(RoutingMode.ANY, 7, 8, 9), 0)).isEqualTo("y");
    for (int i = 0; i < 64; i++) {
      assertThat(start(pool, demand(RoutingMode.ANY, 1, 2, 3, 4), 0)).isEqualTo("x");
    }
    assertThat(start(pool, demand(RoutingMode.ANY, 1, 2, 3, 4), 0)).isEqualTo("x");
    assertThat(start(pool, demand(RoutingMode.ANY, 1, 2, 3, 4), 0)).isEqualTo("y");
    // Less than a third of the prompt is known.
    assertThat(start(pool, demand(RoutingMode.ANY, 1, 20, 30, 40), 0)).isEqualTo("y");
  }

  @Test
  void aristoteHerdsForASecondThenTurnsAwayFromTheSlow() {
    Pool<Object> pool = with(AristotePool.asIs());
    assertThat(starts(pool, 5)).isEqualTo("xxxxx");
    permits.forEach(p -> pool.firstToken(p, SECOND / 2));
    // The next reading says 0.5 s for x, and nothing for y.
    assertThat(start(pool, demand(RoutingMode.ANY), SECOND)).isEqualTo("y");
    permits.subList(5, 6).forEach(p -> pool.firstToken(p, SECOND + SECOND / 2));
    // Both are over 0.1 s: everything sleeps a second, again and again.
    assertThat(start(pool, demand(RoutingMode.ANY), 2 * SECOND)).isEqualTo("-");
    assertThat(pool.waiting()).isOne();
    assertThat(pool.tick(2 * SECOND + SECOND / 2)).isEmpty();
    assertThat(pool.tick(3 * SECOND)).isEmpty();
    assertThat(pool.waiting()).isOne();
    // After 24 readings the samples are gone.
    assertThat(started(pool.tick(40 * SECOND))).contains("x");
    assertThat(pool.waiting()).isZero();
  }

  @Test
  void aristoteForgetsWhatIsInFlightAndDropsWhatWaitsTooLong() {
    Pool<Object> pool = with(AristotePool.asIs());
    assertThat(starts(pool, 100)).doesNotContain("y");
    assertThat(start(pool, demand(RoutingMode.ANY), SECOND / 2)).isEqualTo("-");
    assertThat(started(pool.tick(16 * SECOND))).contains("x");
    pool.engineDown("y", 16 * SECOND);
    for (int i = 0; i < 99; i++) {
      start(pool, demand(RoutingMode.ANY), 16 * SECOND);
    }
    assertThat(start(pool, demand(RoutingMode.ANY), 16 * SECOND)).isEqualTo("-");
    List<Decision<Object>> late = pool.tick(600 * SECOND);
    assertThat(late).hasSize(1).allMatch(d -> d instanceof Decision.Refuse<Object>);
    permits.forEach(p -> pool.complete(p, Completion.of(Outcome.COMPLETED), 600 * SECOND));
    assertThat(pool.running()).isZero();
  }

  @Test
  void aristoteTunedUsesBothByCapacity() {
    Pool<Object> pool = with(AristotePool.tuned());
    assertThat(starts(pool, 40).replace("x", "").length()).isBetween(9, 11);
    Object ticket = new Object();
    for (int i = 0; i < 88; i++) {
      start(pool, demand(RoutingMode.ANY), 0);
    }
    assertThat(pool.submit(demand(RoutingMode.ANY), ticket, 0)).isEmpty();
    assertThat(pool.withdraw(ticket, 0)).isTrue();
    assertThat(pool.waiting()).isZero();
  }
}
