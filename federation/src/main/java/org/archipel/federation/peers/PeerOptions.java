package org.archipel.federation.peers;

import java.time.Duration;
import org.archipel.federation.adverts.ShareRules;

/**
 * How a site lives with its partners.
 *
 * @param site its id
 * @param organization whose site it is
 * @param shares with whom it shares what
 * @param pull how often receipts are asked for, at least a second
 * @param grace how long a receipt or a record may be missing before that is a dispute, and how long
 *     a month stays open after its end
 */
public record PeerOptions(
    String site, String organization, ShareRules shares, Duration pull, Duration grace) {
  /** Receipts every 15 s, ten minutes for what is late. */
  public static final Duration USUAL_PULL = Duration.ofSeconds(15);

  /** The usual grace. */
  public static final Duration USUAL_GRACE = Duration.ofMinutes(10);
}
