package org.archipel.scheduling;

import java.util.Arrays;

/**
 * Which engines have computed which beginnings of prompts lately: a hash table from block to the
 * engines that had it, written when a demand is started. An engine's cache is taken to keep the
 * blocks it touched last, as many as its KV cache holds (scheduling.md §5.2, after llm-d's
 * approximate prefix cache). Fixed memory; an entry that is displaced is forgotten. Not
 * thread-safe.
 */
final class PrefixIndex {
  /** Engines remembered for one block: those that touched it last. */
  private static final int HOLDERS = 8;

  /** Entries that a block may be in. */
  private static final int WAYS = 4;

  private static final int SMALLEST = 1 << 12;
  private static final int LARGEST = 1 << 20;

  /** Engines that have only a part of what is known are looked for at so many lengths. */
  private static final int LEVELS = 4;

  private long[] blocks = new long[SMALLEST];
  private short[] holders = new short[SMALLEST * HOLDERS];
  private int[] stamps = new int[SMALLEST * HOLDERS];
  private int[] used = new int[SMALLEST];
  private int clock;
  private int filled;

  /** What is found: engines and how many tokens of the prompt each has. Reused between lookups. */
  static final class Found {
    private final int[] engines = new int[64];
    private final int[] tokens = new int[64];
    private int count;

    int count() {
      return count;
    }

    int engine(int i) {
      return engines[i];
    }

    int tokens(int engine) {
      for (int i = 0; i < count; i++) {
        if (engines[i] == engine) {
          return tokens[i];
        }
      }
      return 0;
    }

    private void add(int engine, int held) {
      if (count == engines.length) {
        return;
      }
      for (int i = 0; i < count; i++) {
        if (engines[i] == engine) {
          return;
        }
      }
      engines[count] = engine;
      tokens[count++] = held;
    }
  }

  /** What of a chain is where, the longest first. */
  void find(Prefix prefix, EngineTable engines, Found found) {
    found.count = 0;
    long[] chain = prefix.blocks();
    int known = known(chain);
    for (int level = LEVELS; level > 0 && known > 0; level--) {
      int length = Math.ceilDiv(known * level, LEVELS);
      int entry = entry(chain[length - 1]);
      if (entry >= 0) {
        report(entry, length * Prefix.BLOCK_TOKENS, engines, found);
      }
    }
    if (prefix.session() != 0) {
      int entry = entry(prefix.session());
      if (entry >= 0) {
        report(entry, 0, engines, found);
      }
    }
  }

  /** How many blocks of a chain were seen: whoever computed one computed all before it. */
  private int known(long[] chain) {
    int low = 0;
    int high = chain.length;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (entry(chain[middle - 1]) >= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void report(int entry, int tokens, EngineTable engines, Found found) {
    for (int h = entry * HOLDERS; h < (entry + 1) * HOLDERS; h++) {
      int number = holders[h] - 1;
      if (number >= 0 && engines.at(number).remembers(stamps[h])) {
        found.add(number, tokens);
      }
    }
  }

  /** An engine computes this prompt now. */
  void computed(Prefix prefix, Engine engine) {
    clock++;
    for (long block : prefix.blocks()) {
      touch(block, engine);
    }
    if (prefix.session() != 0) {
      touch(prefix.session(), engine);
    }
  }

  private void touch(long block, Engine engine) {
    int entry = entry(block);
    if (entry < 0) {
      if (2 * filled > blocks.length && blocks.length < LARGEST) {
        grow();
      }
      entry = place(block);
    }
    used[entry] = clock;
    int mine = slot(entry, engine.number());
    boolean known = holders[mine] == engine.number() + 1;
    holders[mine] = (short) (engine.number() + 1);
    stamps[mine] = engine.touch(known);
  }

  /** Where an engine stands in an entry, or may take the place of the one seen longest ago. */
  private int slot(int entry, int engine) {
    int first = entry * HOLDERS;
    int free = -1;
    for (int h = first; h < first + HOLDERS; h++) {
      if (holders[h] == engine + 1) {
        return h;
      }
      if (free < 0 && holders[h] == 0) {
        free = h;
      }
    }
    return free >= 0 ? free : first + Math.floorMod(clock, HOLDERS);
  }

  private int entry(long block) {
    int first = home(block);
    for (int i = 0; i < WAYS; i++) {
      int entry = (first + i) & (blocks.length - 1);
      if (blocks[entry] == block && used[entry] != 0) {
        return entry;
      }
    }
    return -1;
  }

  private int place(long block) {
    int first = home(block);
    int oldest = first;
    for (int i = 0; i < WAYS; i++) {
      int entry = (first + i) & (blocks.length - 1);
      if (used[entry] == 0) {
        filled++;
        oldest = entry;
        break;
      }
      if (used[entry] < used[oldest]) {
        oldest = entry;
      }
    }
    blocks[oldest] = block;
    Arrays.fill(holders, oldest * HOLDERS, (oldest + 1) * HOLDERS, (short) 0);
    return oldest;
  }

  private int home(long block) {
    long mixed = block * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40) & (blocks.length - 1);
  }

  private void grow() {
    long[] oldBlocks = blocks;
    short[] oldHolders = holders;
    int[] oldStamps = stamps;
    int[] oldUsed = used;
    int size = 2 * oldBlocks.length;
    blocks = new long[size];
    holders = new short[size * HOLDERS];
    stamps = new int[size * HOLDERS];
    used = new int[size];
    filled = 0;
    for (int i = 0; i < oldBlocks.length; i++) {
      if (oldUsed[i] != 0) {
        int entry = place(oldBlocks[i]);
        used[entry] = oldUsed[i];
        System.arraycopy(oldHolders, i * HOLDERS, holders, entry * HOLDERS, HOLDERS);
        System.arraycopy(oldStamps, i * HOLDERS, stamps, entry * HOLDERS, HOLDERS);
      }
    }
  }
}
