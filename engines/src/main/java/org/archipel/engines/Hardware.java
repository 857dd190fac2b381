package org.archipel.engines;

/**
 * The hardware under an engine.
 *
 * @param device the device's name, for example {@code h100-sxm}
 * @param count how many of them, at least 1
 */
public record Hardware(String device, int count) {
  public Hardware {
    if (count < 1) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
    }
  }
}
