package org.archipel.engines;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next look at one engine. Not thread-safe. */
final class Pace {
  private final RegistryOptions options;
  private final RandomGenerator random;
  private Duration nextWhenDown;

  Pace(RegistryOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
    this.nextWhenDown = options.whenDownFirst();
  }

  Duration whenUp() {
    return jittered(options.whenUp());
  }

  /** Soon, to confirm a first failure. */
  Duration toConfirm() {
    return jittered(options.whenDownFirst());
  }

  /** Longer each time. */
  Duration whenDown() {
    Duration pause = nextWhenDown;
    Duration doubled = pause.multipliedBy(2);
    nextWhenDown = doubled.compareTo(options.whenDownMost()) < 0 ? doubled : options.whenDownMost();
    return jittered(pause);
  }

  /**
   * The engine stayed up from one look to the next. Only now: one that answers probes and fails on
   * every request would else go up and down each second.
   */
  void settled() {
    nextWhenDown = options.whenDownFirst();
  }

  private Duration jittered(Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * random.nextDouble(0.8, 1.0)));
  }
}
