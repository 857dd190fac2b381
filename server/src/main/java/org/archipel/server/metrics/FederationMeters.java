package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.TrustCounters;
import org.archipel.federation.trust.TrustRoom;

/** Tells whom this site trusts, and what it refused of others. Thread-safe. */
public final class FederationMeters {
  private static final Family PARTNERS =
      Family.of("federation_partners", "Other sites that are known, by whether they are trusted.");
  private static final Family REFUSALS =
      Family.of("federation_refusals", "What other entities said and was not believed, by reason.");

  private final Optional<TrustRoom> room;
  private final PeerMeters peers;

  /** Of a site's federation, if it takes part in one. */
  public FederationMeters(Optional<TrustRoom> room, Optional<Peers> peers) {
    this.room = room;
    this.peers = new PeerMeters(peers);
  }

  /** Also of a site that takes part in none: what is not there is not taken for broken then. */
  void writeTo(Scrape scrape) {
    List<Partner> partners = room.map(there -> there.trust().partners()).orElse(List.of());
    peers.writeTo(scrape);
    for (Partner.State state : Partner.State.values()) {
      long count = partners.stream().filter(partner -> partner.state() == state).count();
      scrape.gauge(PARTNERS, count, Labels.of("state", state.name().toLowerCase(Locale.ROOT)));
    }
    Map<Distrust, Long> refused =
        room.map(TrustRoom::counters).orElseGet(TrustCounters::new).refused();
    refused.forEach(
        (reason, count) -> scrape.counter(REFUSALS, count, Labels.of("reason", reason.word())));
  }
}
