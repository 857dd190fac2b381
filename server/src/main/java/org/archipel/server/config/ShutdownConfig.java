package org.archipel.server.config;

import java.time.Duration;

/**
 * How the site ends.
 *
 * @param grace how long requests that run may go on after a SIGTERM
 */
public record ShutdownConfig(Duration grace) {
  /** Half a minute. */
  public static final ShutdownConfig DEFAULTS = new ShutdownConfig(Duration.ofSeconds(30));

  static ShutdownConfig read(Section section) {
    try (section) {
      return new ShutdownConfig(
          section
              .find("grace", Forms.duration(Duration.ZERO, Duration.ofHours(1)))
              .orElse(DEFAULTS.grace));
    }
  }
}
