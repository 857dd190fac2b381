package org.archipel.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * Whether a demand can be started on an engine, and how long that would take it. Not thread-safe.
 */
final class Fitness {
  /** Prompts that an engine may have ahead of it: enough to be busy, short enough to reorder. */
  private static final double PREFILL_GATE_SECONDS = 0.25;

  /** Below this, prompts are too short to be worth a gate. */
  private static final long PREFILL_GATE_TOKENS = 2_048;

  /** Generation counts less than the first token for who reads along (scheduling.md §5.2). */
  private static final double[] DECODE_WEIGHT = {0.25, 0.5, 1.0};

  private final SchedulingOptions options;
  private final EngineTable engines;
  private final PrefixIndex prefixes;
  private final PrefixIndex.Found found = new PrefixIndex.Found();
  private @Nullable Waiting<?> lookedUp;
  private double fastestPrefill;
  private boolean anySwift;

  Fitness(SchedulingOptions options, EngineTable engines, PrefixIndex prefixes) {
    this.options = options;
    this.engines = engines;
    this.prefixes = prefixes;
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

  /** Whether it can be started now, wherever it is local. */
  boolean fits(Engine engine, Waiting<?> waiting, long now) {
    if (!engine.hasRoom(now) || excluded(engine, waiting) || reserved(engine, waiting)) {
      return false;
    }
    if (!engine.holds(waiting.reserved())) {
      return false;
    }
    int uncached = waiting.prompt() - cached(engine, waiting);
    return !gated(engine, uncached)
        && (!options.has(Feature.SPEED)
            || (inTime(engine, waiting, uncached, now) && swift(engine, waiting)));
  }

  private static boolean excluded(Engine engine, Waiting<?> waiting) {
    return !waiting.demand().excludedEngines().isEmpty()
        && waiting.demand().excludedEngines().contains(engine.id());
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

  private boolean gated(Engine engine, int uncached) {
    if (!options.has(Feature.PREFILL_GATE)
        || engine.uncached() == 0
        || !engine.speed().prefillMeasured()) {
      return false;
    }
    double moment = PREFILL_GATE_SECONDS * engine.speed().prefillRate();
    return engine.uncached() + uncached > Math.max(PREFILL_GATE_TOKENS, moment);
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
        || engine.speed().interToken(engine.running() + 1) <= options.interTokenSeconds();
  }

  /** Seconds to the first token. */
  double firstToken(Engine engine, int uncached) {
    SpeedEstimate speed = engine.speed();
    return (engine.uncached() + uncached) / speed.prefillRate()
        + speed.interToken(engine.running() + 1);
  }

  /** What it takes there, in seconds; the least is best (scheduling.md §5.2). */
  double score(Engine engine, Waiting<?> waiting) {
    if (!options.has(Feature.SPEED)) {
      return (engine.running() + 1.0) / engine.limit();
    }
    SpeedEstimate speed = engine.speed();
    int uncached = waiting.prompt() - cached(engine, waiting);
    double decode = waiting.expectedCompletion() * speed.interToken(engine.running() + 1);
    double slot = (waiting.prompt() / speed.prefillRate() + decode) / engine.limit();
    return engine.reportedWaiting() * slot
        + (engine.uncached() + uncached) / speed.prefillRate()
        + DECODE_WEIGHT[waiting.serviceClass().rank()] * decode;
  }
}
