package org.archipel.directory.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Links by which whoever has the machine opens the console without a provider: each good once, for
 * fifteen minutes. In memory: a restart forgets them. Thread-safe.
 */
public final class OneTimeLinks {
  private static final Duration VALID = Duration.ofMinutes(15);

  /** More at once are nobody's need. */
  private static final int MOST = 16;

  private record Link(String hash, long untilMillis) {}

  private final Clock clock;
  private final SecureRandom random;
  private final Deque<Link> links = new ArrayDeque<>();

  public OneTimeLinks(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new link's token. */
  public synchronized String draw() {
    String token = Draws.secret(random);
    if (links.size() == MOST) {
      links.removeFirst();
    }
    links.addLast(new Link(Draws.hash(token), clock.millis() + VALID.toMillis()));
    return token;
  }

  /** Whether the token is good; it is not any more then. */
  public synchronized boolean use(String token) {
    long now = clock.millis();
    String hash = Draws.hash(token);
    links.removeIf(link -> link.untilMillis <= now);
    return links.removeIf(link -> link.hash.equals(hash));
  }
}
