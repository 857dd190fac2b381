package org.archipel.federation.trust;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whom this site trusts now. Thread-safe; answers from memory and never waits for the network.
 *
 * <p>A partner that the consortium suspends is out within 5 s while the anchor can be reached, and
 * else when the first statement of its chain expires.
 */
public interface Trust {
  /**
   * Checks what a partner signed: {@code typ}, ES256 with a key of the trusted chain of its {@code
   * iss}, {@code aud}, {@code exp} and {@code iat} with at most two minutes between the clocks.
   *
   * @param audience what {@code aud} has to name, usually this site's entity id
   * @throws DistrustException with the reason, which is counted and logged
   */
  Verified verify(String compactJws, String typ, String audience);

  /**
   * The same, once for each {@code jti} of a partner. What was issued before this site started is
   * refused as replayed, since nobody remembers it.
   *
   * @throws DistrustException with the reason, which is counted and logged
   */
  Verified verifyOnce(String compactJws, String typ, String audience);

  /** What is known of an entity, trusted or not. */
  Optional<Partner> partner(String entityId);

  /** All that are known, by entity id, without this site. */
  List<Partner> partners();

  /**
   * Tells of each change: a partner that is new, lost, or different. Called on a thread of the
   * federation, which it must not hold up.
   *
   * @return ends the subscription
   */
  Runnable subscribe(Consumer<Partner> listener);
}
