package org.archipel.simulator.fleet.baseline;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which engine got a block of a prompt last. Bounded: when full, the older half is forgotten, save
 * what was used since.
 */
final class BlockOwners {
  private final int half;
  private Map<Long, Target> recent = new HashMap<>();
  private Map<Long, Target> older = new HashMap<>();

  BlockOwners(int blocks) {
    half = blocks / 2;
  }

  @Nullable Target owner(long block) {
    Target owner = recent.get(block);
    return owner == null ? older.get(block) : owner;
  }

  void put(long block, Target owner) {
    recent.put(block, owner);
    if (recent.size() >= half) {
      older = recent;
      recent = new HashMap<>();
    }
  }
}
