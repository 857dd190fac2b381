package org.archipel.simulator.fleet;

import java.util.SplittableRandom;

/**
 * Streams of random numbers, one for each purpose, so that what one draws changes nothing for
 * another: all policies see the same arrivals, and a further organization leaves the others alone.
 */
final class Seeds {
  private final long seed;

  Seeds(long seed) {
    this.seed = seed;
  }

  SplittableRandom stream(String purpose, String name) {
    return new SplittableRandom(number(purpose, name));
  }

  long number(String purpose, String name) {
    return mix(mix(mix(seed) + purpose.hashCode()) + name.hashCode());
  }

  /** MurmurHash3's finalizer: every bit of the result depends on every bit of {@code z}. */
  static long mix(long z) {
    long a = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    long b = (a ^ (a >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return b ^ (b >>> 33);
  }
}
