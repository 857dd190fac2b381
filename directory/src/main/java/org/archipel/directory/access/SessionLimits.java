package org.archipel.directory.access;

import java.time.Duration;

/**
 * How long somebody stays signed in.
 *
 * @param idle without a request
 * @param absolute in any case
 */
public record SessionLimits(Duration idle, Duration absolute) {
  /** Half an hour, and a working day. */
  public static final SessionLimits DEFAULTS =
      new SessionLimits(Duration.ofMinutes(30), Duration.ofHours(12));
}
