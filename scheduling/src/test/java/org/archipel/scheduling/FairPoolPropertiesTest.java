package org.archipel.scheduling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** What holds after every event of random sequences, whatever happens. */
class FairPoolPropertiesTest {
  private static final List<String> ORGANIZATIONS = List.of("rennes", "lille", "reims", "paris");
  private static final int EVENTS = 400;
  private static final int ROUNDS = 150;

  @Test
  void everyTicketGetsOneDecisionAndEveryPermitComesBack() {
    withSeeds(
        seed -> {
          RandomRun run = new RandomRun(seed, SchedulingOptions.DEFAULTS);
          run.play(EVENTS);
          run.drain();
          assertThat(run.pool.waiting()).isZero();
          assertThat(run.pool.running()).isZero();
          for (EngineSnapshot engine : run.pool.snapshot(run.now).engines()) {
            assertThat(engine.running()).isZero();
            assertThat(engine.tokens()).isZero();
          }
        });
  }

  @Test
  void withoutAnyPartOfThePolicyTheSameHolds() {
    withSeeds(
        seed -> {
          Feature[] features = Feature.values();
          Feature left = features[(int) Math.floorMod(seed, (long) features.length)];
          RandomRun run = new RandomRun(seed, SchedulingOptions.DEFAULTS.without(left));
          run.play(EVENTS);
          run.drain();
          assertThat(run.pool.waiting()).isZero();
          assertThat(run.pool.running()).isZero();
        });
  }

  @Test
  void oneSequenceAndOneSeedGiveOneResult() {
    withSeeds(
        seed -> {
          RandomRun one = new RandomRun(seed, SchedulingOptions.DEFAULTS);
          RandomRun other = new RandomRun(seed, SchedulingOptions.DEFAULTS);
          one.play(EVENTS);
          other.play(EVENTS);
          assertThat(one.log).isEqualTo(other.log);
        });
  }

  @Test
  void noOwnerWaitsWhileOthersStartOnItsEngines() {
    withSeeds(
        seed -> {
          RandomRun run = new RandomRun(seed, SchedulingOptions.DEFAULTS);
          run.play(EVENTS);
          assertThat(run.pool.snapshot(run.now).counters().localityInversions()).isZero();
        });
  }

  @Test
  void noEngineIsIdleWhileADemandOfItsOwnerWaits() {
    withSeeds(seed -> checkIdleness(seed, SchedulingOptions.DEFAULTS, true));
  }

  @Test
  void withoutOwnersNoEngineIsIdleWhileAnyDemandWaits() {
    SchedulingOptions common = SchedulingOptions.DEFAULTS.without(Feature.LOCALITY);
    withSeeds(seed -> checkIdleness(seed, common, false));
  }

  private static void checkIdleness(long seed, SchedulingOptions options, boolean ofOwner) {
    // Without speeds, since a slow engine rightly stays idle for who cannot wait for it.
    RandomRun run = new RandomRun(seed, options.without(Feature.SPEED));
    run.simple = true;
    for (int i = 0; i < EVENTS; i++) {
      run.now += run.random.nextInt(200) * 1_000_000L;
      run.step();
      run.apply(run.pool.tick(run.now));
      for (String engine : run.up) {
        String owner = requireNonNull(run.profiles.get(engine)).owner();
        boolean wanted =
            run.waiting.values().stream()
                .anyMatch(d -> !ofOwner || d.flow().organization().equals(owner));
        boolean idle = run.running.getOrDefault(engine, 0) == 0;
        assertThat(idle && wanted).as("%s is idle", engine).isFalse();
      }
    }
  }

  /** Runs over many seeds; the failing one is named. */
  private static void withSeeds(LongConsumer body) {
    long first = Long.getLong("archipel.seed", new Random().nextLong());
    for (int round = 0; round < ROUNDS; round++) {
      try {
        body.accept(first + round);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with -Darchipel.seed=" + (first + round), e);
      }
    }
  }

  /** A random life of a pool, checked after every step. */
  private static final class RandomRun {
    private final Random random;
    private final FairPool<String> pool;
    private final Map<String, EngineProfile> profiles = new HashMap<>();
    private final Set<String> up = new HashSet<>();
    private final Map<String, Demand> waiting = new HashMap<>();
    private final IdentityHashMap<Permit, Demand> out = new IdentityHashMap<>();
    private final List<Permit> order = new ArrayList<>();
    private final Map<String, Integer> running = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private int tickets;
    private long now;

    /** Every engine may serve every demand, and none fails. */
    private boolean simple;

    RandomRun(long seed, SchedulingOptions options) {
      random = new Random(seed);
      pool = new FairPool<>(options.withQueue(new QueueLimits(40, 20)).withSeed(seed));
    }

    void play(int events) {
      for (int i = 0; i < events; i++) {
        now += random.nextInt(200) * 1_000_000L;
        step();
        check();
      }
    }

    /** Lets everything end. */
    void drain() {
      for (String engine : List.of("e0", "e1", "e2", "e3", "e4")) {
        if (profiles.containsKey(engine)) {
          up.add(engine);
          apply(pool.engineUp(requireNonNull(profiles.get(engine)), now));
        }
      }
      for (int i = 0; i < 100_000 && !(waiting.isEmpty() && out.isEmpty()); i++) {
        now += 1_000_000_000L;
        if (!order.isEmpty()) {
          complete(0, Outcome.COMPLETED);
        }
        apply(pool.tick(now));
        check();
      }
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0 -> up();
        case 1 -> down();
        case 2, 3, 4 -> submit();
        case 5, 6 -> {
          if (!order.isEmpty()) {
            Outcome[] outcomes = Outcome.values();
            Outcome outcome = outcomes[random.nextInt(outcomes.length)];
            complete(random.nextInt(order.size()), simple ? Outcome.COMPLETED : outcome);
          }
        }
        case 7 -> withdraw();
        case 8 -> {
          if (!order.isEmpty()) {
            Permit permit = order.get(random.nextInt(order.size()));
            apply(pool.firstToken(permit, now));
          }
        }
        case 9 -> {
          if (!order.isEmpty()) {
            Permit permit = order.get(random.nextInt(order.size()));
            pool.progressed(permit, random.nextInt(4_000), now);
          }
        }
        case 10 -> {
          EngineLoad load =
              new EngineLoad(
                  random.nextInt(9), random.nextInt(9), random.nextDouble(), random.nextInt(3));
          apply(pool.observe("e" + random.nextInt(5), load, now));
        }
        default -> apply(pool.tick(now));
      }
    }

    private void up() {
      String id = "e" + random.nextInt(5);
      String owner = ORGANIZATIONS.get(Math.floorMod(id.hashCode(), 2));
      long kv = random.nextBoolean() ? 0 : 20_000 + random.nextInt(100_000);
      EngineProfile profile =
          new EngineProfile(
              id,
              owner,
              new EngineCapacity(1 + random.nextInt(6), kv, random.nextBoolean()),
              new EngineSpeed(200 + random.nextInt(20_000), 0.02, 0.001));
      profiles.put(id, profile);
      up.add(id);
      apply(pool.engineUp(profile, now));
    }

    private void down() {
      String id = "e" + random.nextInt(5);
      up.remove(id);
      apply(pool.engineDown(id, now));
    }

    private void submit() {
      String ticket = "t" + tickets++;
      ServiceClass[] classes = ServiceClass.values();
      RoutingMode[] modes = RoutingMode.values();
      long[] chain = new long[random.nextInt(40)];
      for (int i = 0; i < chain.length; i++) {
        chain[i] = 31L * i + random.nextInt(2);
      }
      Demand demand =
          new Demand(
              new Flow(
                  ORGANIZATIONS.get(random.nextInt(4)),
                  "p" + random.nextInt(2),
                  classes[random.nextInt(3)]),
              new TokenEstimate(random.nextInt(6_000), random.nextInt(3_000)),
              new Prefix(chain, random.nextInt(3)),
              simple ? RoutingMode.ANY : modes[random.nextInt(3)],
              new Patience(
                  now - random.nextInt(1_000),
                  random.nextInt(5) == 0
                      ? now + random.nextInt(1_000_000_000)
                      : Patience.CLASS_DEADLINE,
                  random.nextInt(5) == 0 ? random.nextInt(3) : Integer.MAX_VALUE),
              !simple && random.nextInt(8) == 0 ? Set.of("e" + random.nextInt(5)) : Set.of());
      waiting.put(ticket, demand);
      apply(pool.submit(demand, ticket, now));
    }

    private void withdraw() {
      if (waiting.isEmpty()) {
        return;
      }
      String ticket = waiting.keySet().stream().min(String::compareTo).orElseThrow();
      waiting.remove(ticket);
      assertThat(pool.withdraw(ticket, now)).isTrue();
      assertThat(pool.withdraw(ticket, now)).isFalse();
      log.add(now + " withdrawn " + ticket);
    }

    private void complete(int index, Outcome outcome) {
      Permit permit = order.remove(index);
      out.remove(permit);
      running.merge(permit.engine(), -1, Integer::sum);
      Completion completion =
          random.nextBoolean()
              ? Completion.of(outcome)
              : new Completion(
                  outcome, random.nextInt(6_000), random.nextInt(6_000), random.nextInt(3_000));
      apply(pool.complete(permit, completion, now));
      assertThat(pool.complete(permit, completion, now)).as("given back twice").isEmpty();
    }

    private void apply(List<Decision<String>> decisions) {
      for (Decision<String> decision : decisions) {
        log.add(now + " " + describe(decision));
        assertThat(waiting).as("one decision per ticket").containsKey(decision.ticket());
        Demand demand = requireNonNull(waiting.remove(decision.ticket()));
        if (decision instanceof Decision.Start<String> start) {
          started(demand, start.permit());
        }
      }
    }

    private void started(Demand demand, Permit permit) {
      String engine = permit.engine();
      EngineProfile profile = requireNonNull(profiles.get(engine));
      assertThat(up).contains(engine);
      assertThat(demand.excludedEngines()).doesNotContain(engine);
      out.put(permit, demand);
      order.add(permit);
      int now = running.merge(engine, 1, Integer::sum);
      assertThat(now).isLessThanOrEqualTo(profile.capacity().maxConcurrency());
    }

    private static String describe(Decision<String> decision) {
      return switch (decision) {
        case Decision.Start<String> start -> start.ticket() + " on " + start.permit().engine();
        case Decision.Overflow<String> overflow ->
            overflow.ticket() + " to " + overflow.permit().engine();
        case Decision.Refuse<String> refuse -> refuse.ticket() + " " + refuse.refusal();
      };
    }

    private void check() {
      assertThat(pool.waiting()).isEqualTo(waiting.size());
      assertThat(pool.running()).isEqualTo(out.size());
      PoolSnapshot snapshot = pool.snapshot(now);
      int inFlows = snapshot.flows().stream().mapToInt(FlowSnapshot::waiting).sum();
      assertThat(inFlows).isEqualTo(waiting.size());
      for (EngineSnapshot engine : snapshot.engines()) {
        assertThat(engine.running()).isEqualTo(running.getOrDefault(engine.engine(), 0));
      }
    }
  }
}
