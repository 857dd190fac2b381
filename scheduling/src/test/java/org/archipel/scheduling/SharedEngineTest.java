package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.REIMS;
import static org.archipel.scheduling.Scene.RENNES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One engine that serves several models: one limit, one queue outside, one turn after the other.
 */
class SharedEngineTest {
  private static final String ENGINE = "shared";

  private final EngineBudget budget = new EngineBudget();
  private final Map<String, FairPool<String>> pools = new LinkedHashMap<>();
  private final Map<EngineBudget.Part, String> parts = new HashMap<>();
  private final Map<String, Permit> running = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private long now;

  private SharedEngineTest with(
      EngineCapacity capacity, SchedulingOptions options, String... names) {
    for (String name : names) {
      FairPool<String> pool = new FairPool<>(options);
      EngineBudget.Part part = budget.part();
      pools.put(name, pool);
      parts.put(part, name);
      apply(
          pool.engineUp(
              new EngineProfile(ENGINE, RENNES, capacity, EngineSpeed.UNKNOWN), part, now));
    }
    return this;
  }

  private SharedEngineTest with(int limit, String... names) {
    return with(EngineCapacity.of(limit), Scene.plain(), names);
  }

  private FairPool<String> pool(String name) {
    FairPool<String> pool = pools.get(name);
    if (pool == null) {
      throw new AssertionError("no pool " + name);
    }
    return pool;
  }

  private void submit(String name, String ticket, String organization) {
    apply(
        pool(name)
            .submit(
                Scene.demand(organization, ServiceClass.STANDARD, now), name + " " + ticket, now));
  }

  private void end(String ticket) {
    Permit permit = running.remove(ticket);
    if (permit == null) {
      throw new AssertionError(ticket + " does not run");
    }
    String name = ticket.substring(0, ticket.indexOf(' '));
    apply(pool(name).complete(permit, new Completion(Outcome.COMPLETED, 100, 0, 100), now));
    budget.offer(
        (part, whose) -> {
          List<Decision<String>> decisions =
              pool(parts.getOrDefault(part, "")).offered(ENGINE, whose, now);
          apply(decisions);
          return !decisions.isEmpty();
        });
  }

  private void apply(List<Decision<String>> decisions) {
    for (Decision<String> decision : decisions) {
      if (decision instanceof Decision.Start<String> start) {
        running.put(start.ticket(), start.permit());
        order.add(start.ticket());
        assertThat(budget.running()).isEqualTo(running.size()).isLessThanOrEqualTo(budget.limit());
      }
    }
  }

  private long runs(String name) {
    return running.keySet().stream().filter(ticket -> ticket.startsWith(name)).count();
  }

  @Test
  void allPoolsTogetherHaveNoMoreThanTheEngineTakes() {
    with(4, "chat", "embed", "speech");
    for (int i = 0; i < 3; i++) {
      submit("chat", "" + i, LILLE);
      submit("embed", "" + i, LILLE);
      submit("speech", "" + i, LILLE);
    }
    assertThat(running).hasSize(4);
    assertThat(pools.values().stream().mapToInt(FairPool::waiting).sum()).isEqualTo(5);
    for (FairPool<String> pool : pools.values()) {
      EngineSnapshot engine = pool.snapshot(now).engines().getFirst();
      assertThat(engine.limit()).isEqualTo(4);
      assertThat(engine.saturation()).as("of all pools").isEqualTo(1);
    }
  }

  @Test
  void aPlaceThatComesFreeWakesThePoolThatWaitsForIt() {
    with(1, "chat", "embed");
    submit("chat", "long", LILLE);
    submit("embed", "short", LILLE);
    end("chat long");
    assertThat(running).containsOnlyKeys("embed short");
  }

  @Test
  void modelsTakeTurnsWhereThereIsOnePlace() {
    with(1, "chat", "embed");
    for (int i = 0; i < 4; i++) {
      submit("chat", "" + i, LILLE);
      submit("embed", "" + i, LILLE);
    }
    while (!running.isEmpty()) {
      end(running.keySet().iterator().next());
    }
    assertThat(order)
        .containsExactly(
            "chat 0", "embed 0", "chat 1", "embed 1", "chat 2", "embed 2", "chat 3", "embed 3");
  }

  @Test
  void aFloodForOneModelLeavesAnotherItsPart() {
    with(8, "chat", "embed");
    for (int i = 0; i < 100; i++) {
      submit("embed", "" + i, LILLE);
    }
    for (int i = 0; i < 20; i++) {
      submit("chat", "" + i, REIMS);
    }
    for (int i = 0; i < 4; i++) {
      end(running.keySet().stream().filter(t -> t.startsWith("embed")).findFirst().orElseThrow());
    }
    assertThat(runs("chat")).isEqualTo(4);
    for (int i = 0; i < 12; i++) {
      end(running.keySet().iterator().next());
      assertThat(runs("chat")).isBetween(3L, 5L);
    }
  }

  @Test
  void anOwnerGoesFirstAlsoWhenItsModelIsAnother() {
    with(3, "chat", "embed");
    submit("chat", "0", LILLE);
    submit("chat", "1", LILLE);
    submit("embed", "0", LILLE);
    submit("embed", "guest", LILLE);
    submit("chat", "owner", RENNES);
    end("embed 0");
    assertThat(running).as("though it would be embed's turn").containsKey("chat owner");
  }

  @Test
  void tokensOfTheCacheAreCountedForAllPools() {
    with(new EngineCapacity(8, 1_000, false), Scene.plain(), "chat", "instruct");
    for (int i = 0; i < 4; i++) {
      submit("chat", "" + i, LILLE);
    }
    submit("instruct", "0", LILLE);
    assertThat(running).as("4 × 200 and 200 more are over 950").hasSize(4);
    end("chat 0");
    assertThat(running).containsKey("instruct 0");
  }

  @Test
  void oneReportOfTheLoadIsOneSignHoweverManyPoolsHearIt() {
    with(EngineCapacity.of(16), SchedulingOptions.DEFAULTS, "chat", "embed", "speech");
    submit("chat", "0", LILLE);
    now += 3 * Scene.SECOND;
    EngineLoad queueing = EngineLoad.of(16, 5);
    pools.values().forEach(pool -> pool.observe(ENGINE, queueing, now));
    assertThat(budget.limit()).as("two in a row make a sign").isEqualTo(16);
    now += Scene.SECOND;
    pools.values().forEach(pool -> pool.observe(ENGINE, queueing, now));
    assertThat(budget.limit()).isLessThan(16);
  }

  @Test
  void theOtherPoolsGoOnWhenOneModelGoes() {
    with(2, "chat", "embed");
    submit("chat", "0", LILLE);
    submit("chat", "1", LILLE);
    submit("embed", "0", LILLE);
    pool("chat").engineDown(ENGINE, now);
    end("chat 0");
    assertThat(running).containsOnlyKeys("chat 1", "embed 0");
    assertThat(budget.limit()).isEqualTo(2);
  }

  @Test
  void nothingIsIdleWhileSomebodyWaitsAndEverythingComesBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    with(1 + random.nextInt(8), "chat", "embed", "speech");
    List<String> names = List.copyOf(pools.keySet());
    List<String> organizations = List.of(RENNES, LILLE, REIMS);
    for (int i = 0; i < 3_000; i++) {
      now += random.nextInt(10_000_000);
      if (random.nextInt(100) < 48) {
        submit(names.get(random.nextInt(3)), "" + i, organizations.get(1 + random.nextInt(2)));
      } else if (!running.isEmpty()) {
        end(List.copyOf(running.keySet()).get(random.nextInt(running.size())));
      }
      int waiting = pools.values().stream().mapToInt(FairPool::waiting).sum();
      assertThat(waiting == 0 || budget.running() == budget.limit())
          .as("seed %d, event %d: %d wait, %d run", seed, i, waiting, budget.running())
          .isTrue();
    }
    while (!running.isEmpty()) {
      end(running.keySet().iterator().next());
    }
    assertThat(budget.running()).as("seed %d", seed).isZero();
    assertThat(pools.values()).as("seed %d", seed).allMatch(pool -> pool.waiting() == 0);
    for (FairPool<String> pool : pools.values()) {
      assertThat(pool.snapshot(now).counters().localityInversions()).isZero();
    }
  }
}
