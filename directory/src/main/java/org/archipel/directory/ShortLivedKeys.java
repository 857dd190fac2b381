package org.archipel.directory;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.archipel.directory.KeyTerms.Routing;
import org.archipel.directory.KeyTerms.ServiceClass;

/**
 * A key ring that also knows keys for one request each, made for persons who are signed in and try
 * a model on behalf of a project. Such a key is only in memory, ends with its first use or after a
 * minute, and is judged as all others are: by the standing of organization and project at the
 * moment of its use. Thread-safe and never blocking.
 */
public final class ShortLivedKeys implements KeyRing {
  /** How usage records and quotas name the key of all such requests. */
  public static final String KEY = "console";

  /** No key that is stored begins so. */
  private static final String PREFIX = "once-";

  private static final Duration LIFE = Duration.ofMinutes(1);
  private static final int SECRET_BYTES = 32;

  /** More than all persons of a site ask for in a minute: what is forgotten is not even used. */
  private static final int MOST = 10_000;

  private static final KeyTerms TERMS =
      new KeyTerms(
          ServiceClass.INTERACTIVE,
          ServiceClass.INTERACTIVE,
          Routing.ANY,
          Routing.ANY,
          OptionalInt.empty());

  private record Issued(Caller caller, long untilMillis) {}

  private final KeyRing others;
  private final Directory directory;
  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();

  /**
   * @param others knows all other keys
   * @param directory judges callers by their organization and project
   * @param random unpredictable
   */
  public ShortLivedKeys(KeyRing others, Directory directory, Clock clock, SecureRandom random) {
    this.others = others;
    this.directory = directory;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a key for one request.
   *
   * @param person the pseudonym of the person who asks, if it is one
   * @return what is presented as the key; a secret
   * @throws DirectoryException when too many were made in the last minute
   */
  public String issue(String organization, String project, Optional<String> person) {
    long now = clock.millis();
    issued.values().removeIf(one -> one.untilMillis <= now);
    if (issued.size() >= MOST) {
      throw new DirectoryException(
          DirectoryException.Kind.CONFLICT, "too many requests were begun in the last minute");
    }
    Caller caller = new Caller(KEY, organization, project, TERMS, person, Grants.ALL);
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String key = PREFIX + HexFormat.of().formatHex(secret);
    issued.put(key, new Issued(caller, now + LIFE.toMillis()));
    return key;
  }

  @Override
  public KeyCheck check(String presented) {
    if (!presented.startsWith(PREFIX)) {
      return others.check(presented);
    }
    Issued once = issued.remove(presented);
    if (once == null) {
      return KeyCheck.Rejected.UNKNOWN;
    }
    return once.untilMillis <= clock.millis()
        ? KeyCheck.Rejected.EXPIRED
        : directory.admit(once.caller);
  }

  @Override
  public KeyCheck identify(Caller caller, String userToken) {
    return others.identify(caller, userToken);
  }
}
