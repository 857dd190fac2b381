package org.archipel.federation.peers;

import java.util.List;
import org.archipel.federation.adverts.PeerStanding;
import org.archipel.federation.receipts.Balance;

/**
 * All that is known of a partner at one moment.
 *
 * @param standing how it is seen from here
 * @param balances what stands between this site and it, by currency
 * @param receiptTrouble why its receipts are not taken; empty when they are
 */
public record PeerState(PeerStanding standing, List<Balance> balances, String receiptTrouble) {
  /** Copies. */
  public PeerState {
    balances = List.copyOf(balances);
  }
}
