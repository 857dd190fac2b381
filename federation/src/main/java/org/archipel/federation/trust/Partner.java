package org.archipel.federation.trust;

import java.time.Instant;
import java.util.Set;

/**
 * Another site, as the consortium and it say it is.
 *
 * @param entityId its entity id: the URL of its public base
 * @param siteId its id, unique in the consortium and said by the anchor
 * @param name for people
 * @param organization whose site it is, said by the anchor
 * @param marks the types of its valid trust marks
 * @param labels what it promises and the consortium has confirmed with a mark
 * @param chainExpires when the first statement of its chain expires
 * @param state whether it is trusted now
 */
public record Partner(
    String entityId,
    String siteId,
    String name,
    String organization,
    Set<String> marks,
    Set<String> labels,
    Instant chainExpires,
    State state) {

  /** Whether a partner is trusted. */
  public enum State {
    /** Its chain and its mark of membership are valid. */
    TRUSTED,
    /** The consortium has taken its membership away for the time being. */
    SUSPENDED,
    /** Its chain is not valid, or expired while nobody could renew it. */
    DISTRUSTED
  }

  /** Copies. */
  public Partner {
    marks = Set.copyOf(marks);
    labels = Set.copyOf(labels);
  }

  /** Whether anything may be exchanged with it now. */
  public boolean trusted() {
    return state == State.TRUSTED;
  }
}
