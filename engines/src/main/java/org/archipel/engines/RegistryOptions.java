package org.archipel.engines;

import java.time.Duration;

/**
 * How often engines are asked how they are.
 *
 * @param whenUp time between two probes of an engine that is up
 * @param whenDownFirst time until the next probe of an engine that went down; also between a first
 *     failed probe and the one that confirms it
 * @param whenDownMost what that time grows to, by doubling
 * @param probeLimit how long one probe may take as a whole
 * @param failuresBeforeDown failed probes in a row that take an engine down, at least 1
 * @param jitterSeed up to a fifth of every pause is cut off at random, so that probes do not march
 *     in step
 * @param loadEvery time between two polls of the load of an engine that is up, a fifth more or less
 */
public record RegistryOptions(
    Duration whenUp,
    Duration whenDownFirst,
    Duration whenDownMost,
    Duration probeLimit,
    int failuresBeforeDown,
    long jitterSeed,
    Duration loadEvery) {

  /**
   * 10 s when up, 1 s rising to 15 s when down, 10 s for a probe, down after 2 failures, load each
   * second.
   */
  public static final RegistryOptions DEFAULTS =
      new RegistryOptions(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          2,
          1,
          // scheduling.md §5.2: scrape every 1 s with 20 % of jitter.
          Duration.ofSeconds(1));

  public RegistryOptions {
    positive("whenUp", whenUp);
    positive("whenDownFirst", whenDownFirst);
    positive("probeLimit", probeLimit);
    positive("loadEvery", loadEvery);
    if (whenDownMost.compareTo(whenDownFirst) < 0) {
      throw new IllegalArgumentException(
          "whenDownMost: " + whenDownMost + " (expected: >= " + whenDownFirst + ")");
    }
    if (failuresBeforeDown < 1) {
      throw new IllegalArgumentException(
          "failuresBeforeDown: " + failuresBeforeDown + " (expected: >= 1)");
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
