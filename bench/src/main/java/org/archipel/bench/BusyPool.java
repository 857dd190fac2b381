package org.archipel.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.archipel.scheduling.ClassRules;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSpeed;
import org.archipel.scheduling.FairPool;
import org.archipel.scheduling.Feature;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.QueueLimits;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;

/**
 * The production pool with every part of its policy on but one, kept at a certain load: limits are
 * as declared, since they would follow the pace of the benchmark. 1,016 engines with 64 places
 * each, 100 organizations with 8 or 16 engines and three projects each, in all classes; half of
 * every prompt continues one of 20,000 conversations. 100 µs pass from one decision to the next.
 * Seeded. Not thread-safe.
 */
final class BusyPool {
  private static final int ENGINES = 1_016;
  private static final int ORGANIZATIONS = 100;
  private static final int ENGINES_OF_A_SERVER = 8;
  private static final int PLACES = 64;
  private static final int PROJECTS = 3;
  private static final int CONVERSATIONS = 20_000;

  /** So many are made beforehand, and used in turn. */
  private static final int DEMANDS = 1 << 15;

  private static final long STEP_NANOS = 100_000;
  private static final int STEPS_OF_A_TICK = 1_000;

  /** Starts that compute their prompt at a time: one on each engine, a tenth of a second each. */
  private static final int PREFILLING = ENGINES;

  private static final int SETTLING_ROUNDS = 600;

  /** Demands that may wait for a warm cache though there is room. */
  private static final int MOST_CHOOSY = 1_000;

  private static final long PATIENCE_NANOS = TimeUnit.HOURS.toNanos(100);

  private final int wanted;
  private final FairPool<Object> pool;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Demand[] demands = new Demand[DEMANDS];
  private final ArrayDeque<Permit> prefilling = new ArrayDeque<>();
  private final List<Permit> decoding = new ArrayList<>();
  private long now = 1;
  private int steps;

  /**
   * @param wanted demands that wait; at 0 half of the places are taken
   */
  BusyPool(int wanted) {
    this.wanted = wanted;
    SchedulingOptions options =
        SchedulingOptions.DEFAULTS
            .without(Feature.ADAPTIVE_LIMITS)
            .withQueue(new QueueLimits(10 * DEMANDS, DEMANDS));
    for (ServiceClass serviceClass : ServiceClass.values()) {
      // Nobody is refused or dropped: the queue is to stay as long as it is meant to be.
      options = options.with(serviceClass, patient(ClassRules.of(serviceClass)));
    }
    pool = new FairPool<>(options);
    for (int i = 0; i < DEMANDS; i++) {
      demands[i] = demand();
    }
  }

  private static ClassRules patient(ClassRules rules) {
    return new ClassRules(
        rules.weight(),
        PATIENCE_NANOS,
        rules.ageingNanos(),
        rules.externalCeiling(),
        rules.localPatienceNanos(),
        rules.affinityPatienceNanos());
  }

  private Demand demand() {
    int prompt = 200 + random.nextInt(2_000);
    long[] blocks = new long[prompt / Prefix.BLOCK_TOKENS];
    long conversation = random.nextInt(CONVERSATIONS);
    for (int i = 0; i < blocks.length; i++) {
      // Four blocks that all have in common, then the conversation's, then new ones.
      blocks[i] =
          i < 4 ? i + 1 : 2 * i < blocks.length ? (conversation << 10) + i : random.nextLong();
    }
    ServiceClass[] classes = ServiceClass.values();
    Flow flow =
        new Flow(
            "org" + random.nextInt(ORGANIZATIONS),
            "project" + random.nextInt(PROJECTS),
            classes[random.nextInt(classes.length)]);
    return new Demand(
        flow,
        new TokenEstimate(prompt, TokenEstimate.UNLIMITED),
        new Prefix(blocks, 0),
        RoutingMode.ANY,
        Patience.from(0),
        Set.of());
  }

  /** One of those that were made beforehand, as if it came just now. */
  private Demand next() {
    Demand made = demands[steps & (DEMANDS - 1)];
    return new Demand(
        made.flow(),
        made.tokens(),
        made.prefix(),
        made.routing(),
        Patience.from(now),
        made.excludedEngines());
  }

  /** Brings all engines up and in use. */
  void fill() {
    for (int i = 0; i < ENGINES; i++) {
      EngineProfile profile =
          new EngineProfile(
              "engine" + i,
              "org" + i / ENGINES_OF_A_SERVER % ORGANIZATIONS,
              new EngineCapacity(PLACES, 400_000, false),
              new EngineSpeed(15_000, 0.012, 0.0001));
      take(pool.engineUp(profile, now));
    }
    // Who waits for whose cache, and which engines are kept for owners, settles after a while.
    for (int round = 0; round < SETTLING_ROUNDS; round++) {
      level();
      for (int i = 0; i < STEPS_OF_A_TICK; i++) {
        decide();
      }
    }
  }

  /** As many waiting, or running, as is wanted. */
  void level() {
    while (wanted > 0 && pool.waiting() < wanted) {
      submit();
    }
    while (wanted > 0 && pool.waiting() > wanted) {
      end();
    }
    while (wanted == 0 && pool.running() < ENGINES * PLACES / 2) {
      submit();
    }
    while (wanted == 0 && pool.running() > ENGINES * PLACES / 2) {
      end();
    }
  }

  /** Fails when the queue is not about what is wanted. */
  void check() {
    if (Math.abs(pool.waiting() - wanted) > Math.max(wanted / 4, MOST_CHOOSY)) {
      throw new IllegalStateException(
          "waiting: " + pool.waiting() + " (expected: about " + wanted + ")");
    }
  }

  /** A demand comes, a first token comes, a run ends, and what can starts. Returns the last. */
  List<Decision<Object>> decide() {
    submit();
    return end();
  }

  private void submit() {
    now += STEP_NANOS;
    take(pool.submit(next(), new Object(), now));
    if (++steps % STEPS_OF_A_TICK == 0) {
      take(pool.tick(now));
    }
    if (prefilling.size() > PREFILLING) {
      Permit first = prefilling.removeFirst();
      take(pool.firstToken(first, now));
      decoding.add(first);
    }
  }

  private List<Decision<Object>> end() {
    int chosen = random.nextInt(decoding.size());
    Permit ended = decoding.set(chosen, decoding.getLast());
    decoding.removeLast();
    Completion completion = new Completion(Outcome.COMPLETED, 1_200, 600, 200);
    List<Decision<Object>> decisions = pool.complete(ended, completion, now);
    take(decisions);
    return decisions;
  }

  private void take(List<Decision<Object>> decisions) {
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i) instanceof Decision.Start<Object> start) {
        prefilling.addLast(start.permit());
      } else {
        throw new IllegalStateException("refused: " + decisions.get(i));
      }
    }
  }
}
