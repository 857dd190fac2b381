package org.archipel.directory.quota;

import static org.archipel.directory.quota.QuotaHarness.WHOLE;
import static org.archipel.directory.quota.QuotaHarness.caller;
import static org.archipel.directory.quota.QuotaHarness.project;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.directory.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many threads at one gate: what may never happen, and what must be true when they are done. */
@Timeout(120)
class QuotaRaceTest {
  private static final int THREADS = 8;
  private static final int STEPS = 20_000;
  private static final long BUDGET = 3_000_000;
  private static final long SLOTS = 20;

  private final QuotaHarness site = new QuotaHarness();
  private final QuotaGate gate = site.gate;
  private final LongAdder tokensUsed = new LongAdder();
  private final LongAdder moneyUsed = new LongAdder();
  private final LongAdder beyond = new LongAdder();
  private final LongAdder admitted = new LongAdder();

  static List<Long> seeds() {
    // Two that stay, for comparison, and one that is new each time and printed on failure.
    return List.of(1L, 2L, System.nanoTime());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomHistoriesKeepTheBoundsAndEndWithExactSums(long seed) throws Exception {
    limit();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Integer> watch = threads.submit(() -> watch(done));
      List<Future<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed * 31 + i);
        runs.add(threads.submit(() -> history(random)));
      }
      for (Future<Boolean> run : runs) {
        run.get();
      }
      done.set(true);
      assertThat(watch.get()).as("seed %d: looks", seed).isPositive();
    }
    QuotaStanding.BudgetStanding tokens = site.budget(WHOLE, QuotaKind.TOKENS_PER_DAY);
    assertThat(tokens.used()).as("seed %d", seed).isEqualTo(tokensUsed.sum());
    assertThat(tokens.reserved()).as("seed %d", seed).isZero();
    assertThat(tokens.used()).as("seed %d", seed).isLessThanOrEqualTo(BUDGET + beyond.sum());
    assertThat(site.budget(WHOLE, QuotaKind.MICRO_CURRENCY_PER_MONTH).used())
        .as("seed %d", seed)
        .isEqualTo(moneyUsed.sum());
    long projects = 0;
    for (int i = 0; i < 3; i++) {
      projects += site.budget(project("p" + i), QuotaKind.TOKENS_PER_MONTH).used();
      assertThat(gate.standing(project("p" + i)).running()).as("seed %d", seed).isZero();
    }
    assertThat(projects).as("seed %d", seed).isEqualTo(tokensUsed.sum());
    assertThat(gate.standing(WHOLE).running()).as("seed %d", seed).isZero();
    assertThat(gate.open()).as("seed %d", seed).isZero();
    assertThat(admitted.sum()).as("seed %d", seed).isGreaterThan(1_000);
  }

  private void limit() {
    gate.change(
        WHOLE,
        Limits.NONE
            .with(QuotaKind.TOKENS_PER_DAY, BUDGET)
            .with(QuotaKind.MICRO_CURRENCY_PER_MONTH, 1_000 * BUDGET)
            .with(QuotaKind.CONCURRENT_REQUESTS, SLOTS));
    for (int i = 0; i < 3; i++) {
      gate.change(
          project("p" + i),
          Limits.NONE
              .with(QuotaKind.TOKENS_PER_MONTH, BUDGET)
              .with(QuotaKind.CONCURRENT_REQUESTS, SLOTS / 2)
              .with(QuotaKind.TOKENS_PER_MINUTE, 1_000_000));
    }
  }

  /** Looks on while others work: what is used and held is never over the limit. */
  private int watch(AtomicBoolean done) {
    int looks = 0;
    do {
      // Before the look: what is beyond a reservation is counted here before it is used there.
      QuotaStanding standing = gate.standing(WHOLE);
      QuotaStanding.BudgetStanding day = standing.budget(QuotaKind.TOKENS_PER_DAY).orElseThrow();
      assertThat(day.used() + day.reserved()).isLessThanOrEqualTo(BUDGET + beyond.sum());
      assertThat(standing.running()).isBetween(0L, SLOTS);
      looks++;
    } while (!done.get());
    return looks;
  }

  private boolean history(Random random) {
    Deque<Reservation> running = new ArrayDeque<>();
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(3) > 0) {
        Caller caller = caller("p" + random.nextInt(3), "k" + random.nextInt(9));
        // The key's project must not change: a key belongs to one.
        caller = caller("p" + (caller.key().charAt(1) - '0') / 3, caller.key());
        Demanded demanded = new Demanded(random.nextInt(200), random.nextInt(400), 1_000);
        Instant arrived = site.hands.instant();
        if (gate.reserve(caller, "m", demanded, arrived.toEpochMilli())
            instanceof Reservation reservation) {
          admitted.increment();
          running.add(reservation);
        }
      }
      if (running.size() > random.nextInt(4)) {
        end(running.removeFirst(), random);
      }
    }
    running.forEach(reservation -> end(reservation, random));
    return true;
  }

  private void end(Reservation reservation, Random random) {
    int way = random.nextInt(10);
    if (way < 3) {
      gate.giveBack(reservation);
      return;
    }
    // One in ten engines produces more than was asked of it.
    long tokens = way == 9 ? 700 : random.nextLong(reservation.reservedTokens() + 1);
    beyond.add(Math.max(0, tokens - reservation.reservedTokens()));
    tokensUsed.add(tokens);
    moneyUsed.add(tokens);
    gate.settle(reservation, new Used(tokens, 0, tokens));
    if (way == 4) {
      gate.settle(reservation, new Used(tokens, 0, tokens));
    }
  }

  @Test
  void fiftyProjectsThatHammerOneBudgetDoNotOverspendIt() throws Exception {
    long budget = 1_000_000;
    int projects = 50;
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, budget));
    List<Callable<Long>> work = new ArrayList<>();
    for (int i = 0; i < projects; i++) {
      Caller caller = caller("project-" + i, "key-" + i);
      Random random = new Random(i);
      work.add(() -> hammer(caller, random));
    }
    long used = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(projects)) {
      for (Future<Long> one : threads.invokeAll(work)) {
        used += one.get();
      }
    }
    QuotaStanding.BudgetStanding standing = site.budget(WHOLE, QuotaKind.TOKENS_PER_MONTH);
    assertThat(standing.used()).isEqualTo(used).isLessThanOrEqualTo(budget);
    assertThat(standing.reserved()).isZero();
    // Nobody stopped before it was used up: the smallest request no longer fits.
    assertThat(standing.left()).isLessThan(100);
  }

  /** Asks until the budget is used up; tells what it used. */
  private long hammer(Caller caller, Random random) {
    long used = 0;
    while (true) {
      Admission admission = site.ask(caller, 100);
      switch (admission) {
        case Reservation reservation -> {
          long tokens = random.nextLong(101);
          used += tokens;
          gate.settle(reservation, new Used(tokens, 0, 0));
        }
        case Exhausted refusal -> {
          if (refusal.lasting()) {
            return used;
          }
          Thread.onSpinWait();
        }
      }
    }
  }
}
