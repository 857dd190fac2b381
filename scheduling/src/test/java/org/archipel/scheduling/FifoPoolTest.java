package org.archipel.scheduling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FifoPoolTest {
  private static final String RENNES = "univ-rennes";
  private static final String LILLE = "univ-lille";

  private final FifoPool<String> pool = new FifoPool<>(2);

  @Test
  void demandStartsAtOnceWhereThereIsRoom() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    assertThat(started(pool.submit(demand(1), "first", 1))).containsExactly("first@a");
  }

  @Test
  void demandsStartInTheOrderOfTheirFirstSubmission() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    Permit permit = permit(pool.submit(demand(1), "running", 1));
    pool.submit(demand(5), "later", 5);
    pool.submit(demand(3), "earlier, back from a failed attempt", 6);
    assertThat(started(pool.complete(permit, Completion.of(Outcome.COMPLETED), 9)))
        .containsExactly("earlier, back from a failed attempt@a");
  }

  @Test
  void leastLoadedEngineRelativeToItsLimitIsChosen() {
    pool.engineUp(engine("small", RENNES, 2), 0);
    pool.engineUp(engine("large", RENNES, 8), 0);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      started.addAll(started(pool.submit(demand(i), "d" + i, i)));
    }
    assertThat(started).containsExactly("d0@small", "d1@large", "d2@large", "d3@large", "d4@large");
  }

  @Test
  void fullQueueRefusesWithAnHonestTime() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    for (String ticket : List.of("running", "waiting 1", "waiting 2")) {
      pool.submit(demand(1), ticket, 1);
    }
    assertThat(pool.submit(demand(2), "too many", 2))
        .singleElement()
        .satisfies(
            decision -> {
              Refusal refusal = ((Decision.Refuse<String>) decision).refusal();
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.QUEUE_FULL);
              assertThat(refusal.retryAfterNanos()).isBetween(1_000_000_000L, 60_000_000_000L);
            });
  }

  @Test
  void withoutAnyEngineNewDemandsAreRefusedButWaitingOnesWaitOn() {
    assertThat(refused(pool.submit(demand(1), "early", 1))).containsExactly("early NO_ENGINE");
    pool.engineUp(engine("a", RENNES, 1), 2);
    Permit permit = permit(pool.submit(demand(2), "running", 2));
    pool.submit(demand(3), "waiting", 3);
    pool.engineDown("a", 4);
    assertThat(pool.complete(permit, Completion.of(Outcome.FAILED), 5)).isEmpty();
    assertThat(refused(pool.submit(demand(6), "late", 6))).containsExactly("late NO_ENGINE");
    assertThat(started(pool.engineUp(engine("a", RENNES, 1), 7))).containsExactly("waiting@a");
  }

  @Test
  void deadlineEndsTheWait() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    pool.submit(demand(1), "running", 1);
    pool.submit(demand(2, 10, RoutingMode.ANY, Set.of()), "waiting", 2);
    assertThat(pool.tick(9)).isEmpty();
    assertThat(refused(pool.tick(10))).containsExactly("waiting DEADLINE_PASSED");
    assertThat(pool.waiting()).isZero();
  }

  @Test
  void demandThatMayNotUseTheFreeEngineDoesNotHoldOthersBack() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    pool.engineUp(engine("b", RENNES, 1), 0);
    permit(pool.submit(demand(1), "on a", 1));
    Permit onB = permit(pool.submit(demand(1), "on b", 1));
    pool.submit(demand(2, 100, RoutingMode.ANY, Set.of("b")), "not b", 2);
    pool.submit(demand(3), "anywhere", 3);
    assertThat(started(pool.complete(onB, Completion.of(Outcome.COMPLETED), 4)))
        .containsExactly("anywhere@b");
  }

  @Test
  void localOnlyDemandRunsOnlyOnEnginesOfItsOrganization() {
    pool.engineUp(engine("lille", LILLE, 1), 0);
    Demand local = demand(1, 100, RoutingMode.LOCAL_ONLY, Set.of());
    assertThat(refused(pool.submit(local, "local", 1))).containsExactly("local NO_ENGINE");
    pool.engineUp(engine("rennes", RENNES, 1), 2);
    assertThat(started(pool.submit(local, "local", 3))).containsExactly("local@rennes");
  }

  @Test
  void permitIsGivenBackOnlyOnce() {
    pool.engineUp(engine("a", RENNES, 1), 0);
    Permit permit = permit(pool.submit(demand(1), "first", 1));
    pool.complete(permit, Completion.of(Outcome.COMPLETED), 2);
    assertThat(pool.complete(permit, Completion.of(Outcome.CANCELLED), 3)).isEmpty();
    pool.submit(demand(4), "second", 4);
    assertThat(pool.submit(demand(5), "third", 5)).as("the limit still holds").isEmpty();
  }

  @Test
  void permitOfAnotherPoolIsRefused() {
    FifoPool<String> other = new FifoPool<>(2);
    other.engineUp(engine("a", RENNES, 1), 0);
    Permit foreign = permit(other.submit(demand(1), "first", 1));
    assertThatThrownBy(() -> pool.complete(foreign, Completion.of(Outcome.COMPLETED), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever happens: limits hold, every ticket gets one decision, nothing is lost or doubled. */
  @Test
  void invariantsHoldUnderRandomEvents() {
    long seed = Long.getLong("archipel.seed", new Random().nextLong());
    try {
      for (int round = 0; round < 200; round++) {
        new RandomRun(new Random(seed + round)).run();
      }
    } catch (AssertionError e) {
      throw new AssertionError("with -Darchipel.seed=" + seed, e);
    }
  }

  private static final class RandomRun {
    private static final int MAX_QUEUE = 5;

    private final Random random;
    private final FifoPool<String> pool = new FifoPool<>(MAX_QUEUE);
    private final Map<String, Integer> limits = new HashMap<>();
    private final Set<String> up = new HashSet<>();
    private final Map<String, Demand> waiting = new HashMap<>();
    private final List<Permit> out = new ArrayList<>();
    private int tickets;

    RandomRun(Random random) {
      this.random = random;
    }

    void run() {
      for (int now = 0; now < 200; now++) {
        step(now);
        checkInvariants();
      }
    }

    private void step(int now) {
      String engine = "e" + random.nextInt(3);
      switch (random.nextInt(7)) {
        case 0 -> {
          int limit = 1 + random.nextInt(4);
          limits.put(engine, limit);
          up.add(engine);
          apply(pool.engineUp(engine(engine, RENNES, limit), now), now);
        }
        case 1 -> {
          up.remove(engine);
          apply(pool.engineDown(engine, now), now);
        }
        case 2, 3 -> submit(now);
        case 4 -> {
          if (!out.isEmpty()) {
            Permit permit = out.remove(random.nextInt(out.size()));
            Outcome outcome = random.nextBoolean() ? Outcome.COMPLETED : Outcome.FAILED;
            apply(pool.complete(permit, Completion.of(outcome), now), now);
          }
        }
        case 5 -> {
          if (!waiting.isEmpty()) {
            String ticket = waiting.keySet().iterator().next();
            waiting.remove(ticket);
            assertThat(pool.withdraw(ticket, now)).isTrue();
            assertThat(pool.withdraw(ticket, now)).isFalse();
          }
        }
        default -> apply(pool.tick(now), now);
      }
    }

    private void submit(int now) {
      String ticket = "t" + tickets++;
      Set<String> excluded = random.nextInt(4) == 0 ? Set.of("e" + random.nextInt(3)) : Set.of();
      Demand demand = demand(now, now + random.nextInt(60), RoutingMode.ANY, excluded);
      waiting.put(ticket, demand);
      apply(pool.submit(demand, ticket, now), now);
    }

    private void apply(List<Decision<String>> decisions, int now) {
      for (Decision<String> decision : decisions) {
        assertThat(waiting).as("one decision per ticket").containsKey(decision.ticket());
        Demand demand = requireNonNull(waiting.remove(decision.ticket()));
        switch (decision) {
          case Decision.Start<String> start -> {
            String engine = start.permit().engine();
            assertThat(up).contains(engine);
            assertThat(demand.excludedEngines()).doesNotContain(engine);
            out.add(start.permit());
            assertThat(running(engine)).isLessThanOrEqualTo(limit(engine));
          }
          case Decision.Refuse<String> refuse -> {
            if (refuse.refusal().reason() == Refusal.Reason.DEADLINE_PASSED) {
              assertThat(demand.patience().deadlineNanos()).isLessThanOrEqualTo(now);
            }
          }
        }
      }
    }

    private void checkInvariants() {
      assertThat(pool.waiting()).isEqualTo(waiting.size());
      assertThat(pool.running()).isEqualTo(out.size());
      for (Map.Entry<String, Demand> entry : waiting.entrySet()) {
        for (String engine : up) {
          boolean may = !entry.getValue().excludedEngines().contains(engine);
          assertThat(may && running(engine) < limit(engine))
              .as("%s waits although %s has room", entry.getKey(), engine)
              .isFalse();
        }
      }
    }

    private int limit(String engine) {
      return requireNonNull(limits.get(engine));
    }

    private long running(String engine) {
      return out.stream().filter(permit -> permit.engine().equals(engine)).count();
    }
  }

  private static Demand demand(long submitted) {
    return demand(submitted, Patience.CLASS_DEADLINE, RoutingMode.ANY, Set.of());
  }

  private static Demand demand(
      long submitted, long deadline, RoutingMode mode, Set<String> excluded) {
    return new Demand(
        new Flow(RENNES, "chat", ServiceClass.STANDARD),
        new TokenEstimate(10, 10),
        Prefix.NONE,
        mode,
        new Patience(submitted, deadline, Integer.MAX_VALUE),
        excluded);
  }

  private static EngineProfile engine(String id, String owner, int maxConcurrency) {
    return new EngineProfile(id, owner, EngineCapacity.of(maxConcurrency), EngineSpeed.UNKNOWN);
  }

  private static Permit permit(List<Decision<String>> decisions) {
    return ((Decision.Start<String>) decisions.getFirst()).permit();
  }

  private static List<String> started(List<Decision<String>> decisions) {
    return decisions.stream()
        .map(d -> (Decision.Start<String>) d)
        .map(d -> d.ticket() + "@" + d.permit().engine())
        .toList();
  }

  private static List<String> refused(List<Decision<String>> decisions) {
    return decisions.stream()
        .map(d -> (Decision.Refuse<String>) d)
        .map(d -> d.ticket() + " " + d.refusal().reason())
        .toList();
  }
}
