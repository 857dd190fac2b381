package org.archipel.federation.trust;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tokens were used, until they have expired. In memory: after a start, what was issued before
 * it counts as used. Thread-safe.
 */
final class UsedTokens {
  /** Of one issuer: at 60 s and two minutes of skew 250 in each second. */
  private static final int MOST = 50_000;

  private final Clock clock;
  private final Instant startedAt;
  private final Map<String, Map<String, Instant>> used = new ConcurrentHashMap<>();

  UsedTokens(Clock clock) {
    this.clock = clock;
    // JWTs count in whole seconds.
    this.startedAt = Instant.ofEpochSecond(clock.instant().getEpochSecond());
  }

  /** Uses a token, or refuses it when it was used before. */
  void use(String issuer, String id, Instant issuedAt, Instant until) {
    if (issuedAt.isBefore(startedAt)) {
      throw new DistrustException(Distrust.REPLAYED, "issued before this site started");
    }
    Map<String, Instant> own = used.computeIfAbsent(issuer, _ -> new ConcurrentHashMap<>());
    if (own.size() >= MOST) {
      Instant now = clock.instant();
      own.values().removeIf(now::isAfter);
      if (own.size() >= MOST) {
        throw new DistrustException(Distrust.REPLAYED, "too many tokens of one issuer at once");
      }
    }
    if (own.putIfAbsent(id, until) != null) {
      throw new DistrustException(Distrust.REPLAYED, "the token was used before");
    }
  }

  /** Forgets what has expired. */
  void forget() {
    Instant now = clock.instant();
    used.values().forEach(own -> own.values().removeIf(now::isAfter));
  }
}
