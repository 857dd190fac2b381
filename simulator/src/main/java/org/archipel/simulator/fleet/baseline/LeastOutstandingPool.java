package org.archipel.simulator.fleet.baseline;

import java.util.List;
import java.util.SplittableRandom;
import org.archipel.scheduling.Demand;
import org.jspecify.annotations.Nullable;

/**
 * The engine with the fewest requests in flight; weighted, with the fewest for its capacity. Of
 * equal ones a random one.
 *
 * @param <T> the caller's ticket for a demand
 */
public final class LeastOutstandingPool<T> extends BaselinePool<T> {
  private final boolean weighted;
  private final SplittableRandom random;

  private LeastOutstandingPool(boolean weighted, long seed) {
    this.weighted = weighted;
    this.random = new SplittableRandom(seed);
  }

  /** All engines alike. */
  public static <T> LeastOutstandingPool<T> plain(long seed) {
    return new LeastOutstandingPool<>(false, seed);
  }

  /** By capacity. */
  public static <T> LeastOutstandingPool<T> weighted(long seed) {
    return new LeastOutstandingPool<>(true, seed);
  }

  @Override
  @Nullable Target choose(Demand demand, List<Target> among) {
    Target best = null;
    double least = Double.POSITIVE_INFINITY;
    int equals = 0;
    for (Target target : among) {
      double load = (target.outstanding() + 1) / (weighted ? target.capacity() : 1);
      if (load > least || !target.mayServe(demand)) {
        continue;
      }
      equals = load < least ? 1 : equals + 1;
      if (load < least || random.nextInt(equals) == 0) {
        best = target;
        least = load;
      }
    }
    return best;
  }
}
