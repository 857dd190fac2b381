package org.archipel.scheduling;

/** A permit for another site. Not thread-safe. */
final class PeerRun extends Run {
  private final Peer peer;

  PeerRun(Peer peer, Start start) {
    super(peer.site(), start);
    this.peer = peer;
  }

  Peer goesTo() {
    return peer;
  }
}
