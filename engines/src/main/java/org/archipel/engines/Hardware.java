package org.archipel.engines;

import java.util.List;

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

  /**
   * One name for what people write differently: that of a device whose speed is known ({@code
   * NVIDIA H100 SXM} and {@code h100-pcie} keep apart what is built differently), else the text in
   * lower case with hyphens.
   */
  public static String canonical(String device) {
    return HardwareSpeeds.name(device).orElseGet(() -> HardwareSpeeds.bare(device));
  }

  /** Whether the speed of a device is known before anything of it was measured. */
  public static boolean known(String device) {
    return HardwareSpeeds.name(device).isPresent();
  }

  /** The devices whose speed is known. */
  public static List<String> knownDevices() {
    return HardwareSpeeds.names();
  }
}
