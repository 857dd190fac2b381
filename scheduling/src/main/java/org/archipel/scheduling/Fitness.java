package org.archipel.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Whether a demand can be started on an engine, and how long that would take it. Not thread-safe.
 */
final class Fitness {
  /** Prompts that an engine may have ahead of it: enough to be busy, short enough to reorder. */
  private static final double PREFILL_GATE_SECONDS = 0.1;

  /** From here on an engine is busy enough to leave a place free for who knows its cache. */
  private static final double BUSY = 0.5;

  /** Below this, prompts are too short to be worth a gate. */
  private static final int PREFILL_GATE_TOKENS = 512;

  /** A faster engine has a place in about so long. */
  private static final double PLACE_SECONDS = 0.05;

  private static final double MUCH_SLOWER = 2;

  /** Engines that are looked at for a guess. */
  private static final int COMPARED = 16;

  /** The share of its time to the deadline that a demand waits for a faster engine. */
  private static final double WAIT_FOR_FASTER = 0.2;

  /** Generation counts less than the first token for who reads along (scheduling.md §5.2). */
  private static final double[] DECODE_WEIGHT = {0.25, 0.5, 1.0};

  private final SchedulingOptions options;
  private final EngineTable engines;
  private final PrefixIndex prefixes;
  private final PrefixIndex.Found found = new PrefixIndex.Found();
  private @Nullable Waiting<?> lookedUp;
  private final boolean gate;
  private double fastestPrefill;
  private boolean anySwift;

  Fitness(SchedulingOptions options, EngineTable engines, PrefixIndex prefixes) {
    this.options = options;
    this.engines = engines;
    this.prefixes = prefixes;
    this.gate = options.has(Feature.PREFILL_GATE);
  }

  /** Looks at the engines anew: how fast the fastest is that is up. */
  void refresh() {
    fastestPrefill = 0;
    anySwift = false;
    for (int i = 0; i < engines.all().size(); i++) {
      Engine engine = engines.at(i);
      if (engine.up()) {
        fastestPrefill = Math.max(fastestPrefill, engine.speed().prefillRate());
        anySwift |= engine.speed().interToken(1) <= options.interTokenSeconds();
      }
    }
  }

  /** Finds out what of its prompt is cached where; the answers below count for it then. */
  PrefixIndex.Found lookUp(Waiting<?> waiting) {
    if (lookedUp != waiting) {
      lookedUp = waiting;
      if (options.has(Feature.PREFIX_AFFINITY)) {
        prefixes.find(waiting.demand().prefix(), engines, found);
      }
    }
    return found;
  }

  /** What was found may have changed. */
  void forget() {
    lookedUp = null;
  }

  /** Prompt tokens that an engine probably has in its cache; the last one never is. */
  int cached(Engine engine, Waiting<?> waiting) {
    int held = lookUp(waiting).tokens(engine.number());
    if (held == 0) {
      return 0;
    }
    return (int) (engine.trust() * Math.min(held, Math.max(0, waiting.prompt() - 1)));
  }

  /**
   * Who comes to the front of a line is looked up once more: the turn of its conversation that was
   * running when it came may be in a cache by now.
   */
  void lookAgain(Waiting<?> waiting) {
    if (!waiting.firstLookInFront()) {
      return;
    }
    PrefixIndex.Found there = lookUp(waiting);
    if (there.count() > 0 && there.tokensAt(0) > waiting.homeTokens()) {
      waiting.moveHome(engines.at(there.engine(0)), there.tokensAt(0));
    }
  }

  /** The same by what was found when it came: good enough to choose by, and nothing to look up. */
  static int cachedAtHome(Engine engine, Waiting<?> waiting) {
    return waiting.home() == engine ? Math.min(waiting.homeTokens(), waiting.prompt()) : 0;
  }

  /**
   * Whether it can be started now, wherever it is local.
   *
   * @param cached tokens of its prompt that the engine has
   */
  boolean fits(Engine engine, Waiting<?> waiting, int cached, long now) {
    if (!engine.hasRoom(now)
        || excluded(engine, waiting)
        || reserved(engine, waiting)
        || !engine.holds(waiting.reserved())
        || homebound(engine, waiting, now)) {
      return false;
    }
    if (engine.kept() && guest(engine, waiting)) {
      return false;
    }
    int uncached = waiting.prompt() - cached;
    return uncached <= mostUncached(engine)
        && (!options.has(Feature.SPEED)
            || (inTime(engine, waiting, uncached, now)
                && swift(engine, waiting)
                && !worthWaiting(engine, waiting, uncached, now)));
  }

  /**
   * Whether a faster engine would have read the prompt much sooner, even after a while: then a slow
   * one that is busy anyway is left to shorter prompts for some time.
   */
  private boolean worthWaiting(Engine engine, Waiting<?> waiting, int uncached, long now) {
    double rate = engine.speed().prefillRate();
    double there = uncached / fastestPrefill + PLACE_SECONDS;
    double patience = WAIT_FOR_FASTER * (double) (waiting.due() - waiting.submitted());
    return MUCH_SLOWER * rate < fastestPrefill
        && (engine.uncached() + uncached) / rate > MUCH_SLOWER * there
        && busy(engine)
        && waiting.passedFor(now) < patience;
  }

  private static boolean excluded(Engine engine, Waiting<?> waiting) {
    return waiting.choosy() && waiting.demand().bars(engine);
  }

  private static boolean reserved(Engine engine, Waiting<?> waiting) {
    Waiting<?> first = (Waiting<?>) engine.reservedFor();
    if (first == null || first == waiting) {
      return false;
    }
    // An owner does not wait for somebody else's reservation.
    boolean owner = waiting.tenant() == engine.group().tenant();
    return !owner || first.tenant() == waiting.tenant();
  }

  /**
   * Whether it waits for the cache of another engine, and this one is not idle enough to lose it.
   */
  private static boolean homebound(Engine engine, Waiting<?> waiting, long now) {
    Engine home = waiting.home();
    return home != null
        && home != engine
        && home.up()
        && engine.saturation() >= BUSY
        && waiting.staysForHome(now);
  }

  /** Whether it comes to engines of others who need them themselves just now. */
  private boolean guest(Engine engine, Waiting<?> waiting) {
    return options.has(Feature.LOCALITY)
        && engine.group().ownerActive()
        && waiting.tenant().engines() != engine.group();
  }

  /** Uncached tokens that a prompt may have to be sent there now. */
  long mostUncached(Engine engine) {
    if (!gate || engine.uncached() == 0 || !engine.speed().prefillMeasured()) {
      return Long.MAX_VALUE;
    }
    long moment = (long) (PREFILL_GATE_SECONDS * engine.speed().prefillRate());
    // Short ones are soon read, and those that come home to a cache are short.
    return Math.max(PREFILL_GATE_TOKENS, moment - engine.uncached());
  }

  /** Seconds until its first token on an engine whose cache knows it, also when that is full. */
  double comingHome(Engine engine, Waiting<?> waiting) {
    return engine.placeIn() + score(engine, waiting);
  }

  /** Whether an engine has enough to do that a demand may wait for another one's cache. */
  static boolean busy(Engine engine) {
    return engine.saturation() >= BUSY;
  }

  /** Whether its first token can come in time here, or comes in time nowhere. */
  private boolean inTime(Engine engine, Waiting<?> waiting, int uncached, long now) {
    double left = (waiting.due() - now) / 1e9;
    double rate = engine.speed().prefillRate();
    return (engine.uncached() + uncached) / rate <= left || uncached / fastestPrefill > left;
  }

  /** Whether one more keeps the pace that a reader wants, where any engine can. */
  private boolean swift(Engine engine, Waiting<?> waiting) {
    return !anySwift
        || waiting.serviceClass() != ServiceClass.INTERACTIVE
        || waiting.expectedCompletion() == 0
        || engine.speed().interToken(engine.batch() + 1) <= options.interTokenSeconds();
  }

  /** Seconds to the first token. */
  double firstToken(Engine engine, int uncached) {
    SpeedEstimate speed = engine.speed();
    return (engine.uncached() + uncached) / speed.prefillRate()
        + speed.interToken(engine.batch() + 1);
  }

  /** How much a second of generation counts for, beside one until the first token. */
  static double decodeWeight(ServiceClass serviceClass) {
    return DECODE_WEIGHT[serviceClass.rank()];
  }

  /**
   * What it would take on the best engine that is up, in seconds, with nothing cached. Of many
   * engines some are looked at.
   */
  double least(Waiting<?> waiting) {
    double least = Double.POSITIVE_INFINITY;
    int step = Math.max(1, engines.all().size() / COMPARED);
    double weight = decodeWeight(waiting.serviceClass());
    for (int i = 0; i < engines.all().size(); i += step) {
      Engine engine = engines.at(i);
      if (engine.up()) {
        SpeedEstimate speed = engine.speed();
        double decode = waiting.expectedCompletion() * speed.interToken(engine.batch() + 1);
        double first = (engine.uncached() + waiting.prompt()) / speed.prefillRate();
        least = Math.min(least, first + weight * decode);
      }
    }
    return least;
  }

  /** What it takes there, in seconds; the least is best (scheduling.md §5.2). */
  double score(Engine engine, Waiting<?> waiting) {
    if (!options.has(Feature.SPEED)) {
      return (engine.batch() + 1.0) / engine.limit();
    }
    SpeedEstimate speed = engine.speed();
    int uncached = waiting.prompt() - cached(engine, waiting);
    double decode = waiting.expectedCompletion() * speed.interToken(engine.batch() + 1);
    double slot = (waiting.prompt() / speed.prefillRate() + decode) / engine.limit();
    return engine.reportedWaiting() * slot
        + (engine.uncached() + uncached) / speed.prefillRate()
        + DECODE_WEIGHT[waiting.serviceClass().rank()] * decode;
  }
}
