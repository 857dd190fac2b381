package org.archipel.scheduling;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a demand goes when several engines could take it: to its organization's own when one can,
 * else to the one that is expected to answer first, unless another has its beginning in its cache
 * and is not much slower (« sticky until saturated », scheduling.md §2.1). Not thread-safe.
 */
final class Placement {
  /** Engines that are compared for one demand; of more, a random choice is as good. */
  private static final int COMPARED = 96;

  /** From here on a cache is worth going to. */
  private static final double WARM_SHARE = 0.8;

  private static final int WARM_TOKENS = 512;

  /** The patience for a warm cache, as a share of the deadline, for interactive demands. */
  private static final double WARM_DEADLINE_SHARE = 0.25;

  /** Scores that are so near to each other are equal. */
  private static final double TIE = 0.05;

  private final SchedulingOptions options;
  private final EngineTable engines;
  private final Fitness fitness;
  private final LocalRules local;
  private final SplittableRandom random;

  private @Nullable Engine best;
  private double bestScore;
  private int ties;
  private @Nullable Engine warm;
  private double warmScore;

  Placement(SchedulingOptions options, EngineTable engines, Fitness fitness, LocalRules local) {
    this.options = options;
    this.engines = engines;
    this.fitness = fitness;
    this.local = local;
    this.random = new SplittableRandom(options.seed());
  }

  /** The engine on which it starts now, if there is one. */
  @Nullable Engine choose(Waiting<?> waiting, long now) {
    best = null;
    warm = null;
    EngineGroup own = waiting.tenant().engines();
    if (own != null && options.has(Feature.LOCALITY) && !own.open().isEmpty()) {
      considerFound(own, waiting, now);
      compare(own, waiting, COMPARED, now);
      Engine mine = decided(waiting);
      if (mine != null) {
        return mine;
      }
    }
    if (waiting.demand().routing() == RoutingMode.LOCAL_ONLY) {
      return null;
    }
    if (anywhere(waiting, now)) {
      considerFound(null, waiting, now);
      elsewhere(waiting, now);
    }
    return decided(waiting);
  }

  /** Whether it is worth looking at all: when all is full, most demands come in vain. */
  private boolean anywhere(Waiting<?> waiting, long now) {
    List<EngineGroup> groups = engines.groups();
    for (int i = 0; i < groups.size(); i++) {
      EngineGroup group = groups.get(i);
      if (!group.open().isEmpty() && local.allows(group, waiting, now)) {
        return true;
      }
    }
    return false;
  }

  /** Engines that have its beginning are always looked at. */
  private void considerFound(@Nullable EngineGroup only, Waiting<?> waiting, long now) {
    PrefixIndex.Found found = fitness.lookUp(waiting);
    for (int i = 0; i < found.count(); i++) {
      Engine engine = engines.at(found.engine(i));
      if ((only == null || engine.group() == only) && local.allows(engine, waiting, now)) {
        consider(engine, waiting, now);
      }
    }
  }

  private void elsewhere(Waiting<?> waiting, long now) {
    List<EngineGroup> groups = engines.groups();
    int size = groups.size();
    int first = size > 1 ? random.nextInt(size) : 0;
    int left = COMPARED;
    for (int i = 0; i < size && left > 0; i++) {
      EngineGroup group = groups.get((first + i) % size);
      if (!group.open().isEmpty() && local.allows(group, waiting, now)) {
        left -= compare(group, waiting, left, now);
      }
    }
    if (best == null && left <= 0) {
      everywhere(waiting, now);
    }
  }

  /** None of those that were looked at fits: one of the others may. */
  private void everywhere(Waiting<?> waiting, long now) {
    for (EngineGroup group : engines.groups()) {
      if (!group.open().isEmpty() && local.allows(group, waiting, now)) {
        compare(group, waiting, Integer.MAX_VALUE, now);
      }
      if (best != null) {
        return;
      }
    }
  }

  /** Looks at up to so many engines of a group; returns at how many. */
  private int compare(EngineGroup group, Waiting<?> waiting, int most, long now) {
    List<Engine> open = group.open();
    int size = open.size();
    int first = size > most ? random.nextInt(size) : 0;
    int looked = Math.min(size, most);
    for (int i = 0; i < looked; i++) {
      consider(open.get((first + i) % size), waiting, now);
    }
    return looked;
  }

  private void consider(Engine engine, Waiting<?> waiting, long now) {
    if (!fitness.fits(engine, waiting, now)) {
      return;
    }
    double score = fitness.score(engine, waiting);
    int cached = fitness.cached(engine, waiting);
    if (cached >= WARM_TOKENS
        && cached >= WARM_SHARE * waiting.prompt()
        && (warm == null || score < warmScore)) {
      warm = engine;
      warmScore = score;
    }
    if (best == null || score < bestScore * (1 - TIE)) {
      best = engine;
      bestScore = score;
      ties = 1;
    } else if (engine != best && score <= bestScore * (1 + TIE) && tieBreak()) {
      best = engine;
      bestScore = Math.min(score, bestScore);
    }
  }

  /** Keeps each of several equal ones with the same chance. */
  private boolean tieBreak() {
    ties++;
    return random.nextInt(ties) == 0;
  }

  private @Nullable Engine decided(Waiting<?> waiting) {
    if (warm == null || best == null) {
      return best;
    }
    ClassRules rules = options.rules(waiting.serviceClass());
    double patience = rules.affinityPatienceNanos() / 1e9;
    if (waiting.serviceClass() == ServiceClass.INTERACTIVE) {
      patience = Math.min(patience, WARM_DEADLINE_SHARE * rules.deadlineNanos() / 1e9);
    }
    return warmScore - bestScore <= patience ? warm : best;
  }
}
