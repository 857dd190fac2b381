package org.archipel.engines;

import java.time.Duration;

/** The moment by which a probe must be over. Monotonic: a clock that is set does not move it. */
record Deadline(long nanoTime) {
  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** What is left, at most {@code cap}; zero or less when the time is over. */
  Duration remaining(Duration cap) {
    Duration left = Duration.ofNanos(nanoTime - System.nanoTime());
    return left.compareTo(cap) < 0 ? left : cap;
  }
}
