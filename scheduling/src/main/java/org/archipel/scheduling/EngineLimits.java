package org.archipel.scheduling;

/**
 * What a pool needs to know of an engine.
 *
 * @param engine the engine's id
 * @param owner the organization that owns it
 * @param maxConcurrency how many demands may run on it at once, at least 1
 */
public record EngineLimits(String engine, String owner, int maxConcurrency) {
  public EngineLimits {
    if (maxConcurrency < 1) {
      throw new IllegalArgumentException(
          "max_concurrency: " + maxConcurrency + " (expected: >= 1)");
    }
  }
}
