package org.archipel.simulator.fleet.baseline;

import java.util.List;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Like the {@code cache_aware} policy of SGLang's gateway (scheduling.md §2.3): the engine that got
 * the longest part of the prompt before, if that is over 0.3 of it; else, and whenever loads differ
 * by over 64 and over 1.5 times, the least loaded one. All engines alike, as there.
 *
 * @param <T> the caller's ticket for a demand
 */
public final class CacheAwarePool<T> extends BaselinePool<T> {
  private static final int IMBALANCE = 64;
  private static final double RELATIVE_IMBALANCE = 1.5;
  private static final double MATCH = 0.3;

  /** 67,108,864 characters. */
  private static final int TREE_BLOCKS = 67_108_864 / Prefix.BLOCK_CHARACTERS;

  private final BlockOwners tree = new BlockOwners(TREE_BLOCKS);

  @Override
  @Nullable Target choose(Demand demand, List<Target> among) {
    Target least = null;
    int max = 0;
    for (Target target : among) {
      if (target.mayServe(demand)) {
        max = Math.max(max, target.outstanding());
        if (least == null || target.outstanding() < least.outstanding()) {
          least = target;
        }
      }
    }
    if (least == null) {
      return null;
    }
    int min = least.outstanding();
    Target chosen = least;
    if (max - min <= IMBALANCE || max <= RELATIVE_IMBALANCE * min) {
      Target warm = warmest(demand);
      chosen = warm == null ? least : warm;
    }
    for (long block : demand.prefix().blocks()) {
      tree.put(block, chosen);
    }
    return chosen;
  }

  private @Nullable Target warmest(Demand demand) {
    long[] blocks = demand.prefix().blocks();
    Target owner = null;
    int matched = 0;
    while (matched < blocks.length) {
      Target next = tree.owner(blocks[matched]);
      if (next == null) {
        break;
      }
      owner = next;
      matched++;
    }
    return owner != null && matched > MATCH * blocks.length && owner.mayServe(demand)
        ? owner
        : null;
  }
}
