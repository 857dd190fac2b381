package org.archipel.simulator.fleet.baseline;

import java.util.List;
import org.archipel.scheduling.Demand;
import org.jspecify.annotations.Nullable;

/**
 * Engines in turn; weighted, each as often as its capacity says and evenly spread (nginx's smooth
 * weighted round robin).
 *
 * @param <T> the caller's ticket for a demand
 */
public final class RoundRobinPool<T> extends BaselinePool<T> {
  private final boolean weighted;

  private RoundRobinPool(boolean weighted) {
    this.weighted = weighted;
  }

  /** All engines alike. */
  public static <T> RoundRobinPool<T> plain() {
    return new RoundRobinPool<>(false);
  }

  /** By capacity. */
  public static <T> RoundRobinPool<T> weighted() {
    return new RoundRobinPool<>(true);
  }

  @Override
  @Nullable Target choose(Demand demand, List<Target> among) {
    Target best = null;
    double sum = 0;
    for (Target target : among) {
      if (target.mayServe(demand)) {
        double weight = weighted ? target.capacity() : 1;
        target.credit(weight);
        sum += weight;
        if (best == null || target.credit() > best.credit()) {
          best = target;
        }
      }
    }
    if (best != null) {
      best.credit(-sum);
    }
    return best;
  }
}
