package org.archipel.federation.trust;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a text is of now, for clocks that may differ. Thread-safe.
 *
 * @param clock this site's clock
 */
record Times(Clock clock) {
  /** How far two clocks may be apart. */
  static final Duration SKEW = Duration.ofMinutes(2);

  /** Checks when it was issued and until when it holds. */
  void check(Instant issuedAt, Instant expires) {
    Instant now = clock.instant();
    if (issuedAt.isAfter(now.plus(SKEW))) {
      throw new DistrustException(Distrust.NOT_YET_VALID, "issued at " + issuedAt);
    }
    if (expired(expires)) {
      throw new DistrustException(Distrust.EXPIRED, "at " + expires);
    }
  }

  boolean expired(Instant expires) {
    return !clock.instant().isBefore(expires.plus(SKEW));
  }
}
