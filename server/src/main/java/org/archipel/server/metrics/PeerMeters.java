package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;
import org.archipel.federation.adverts.PeerStanding;
import org.archipel.federation.peers.PeerState;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.receipts.Balance;

/** Tells how other sites are, and what stands with them. Thread-safe; answers from memory. */
final class PeerMeters {
  private static final Family CONNECTED =
      Family.of("peer_connected", "Whether a site's adverts come in: 1 or 0.");
  private static final Family ROUND_TRIP =
      Family.of("peer_round_trip_seconds", "To a site and back, as measured.");
  private static final Family CLOCK =
      Family.of("peer_clock_ahead_seconds", "By how much a site's clock is ahead.");
  private static final Family AGE =
      Family.of("peer_advert_age_seconds", "How old what a site said last is.");
  private static final Family CREDITS =
      Family.of("peer_credits", "Room that a site offers, in normalized prompt tokens.");
  private static final Family OWED =
      Family.of("peer_balance_micro_currency", "What this site owes another; negative: is owed.");
  private static final Family DISPUTED =
      Family.of("peer_disputed_requests", "Receipts that do not agree with own records.");
  private static final Family WAITING =
      Family.of("peer_waiting_requests", "Receipts whose own records are not there yet.");
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private final LabelCap<String> sites = new LabelCap<>(LabelCap.USUAL);
  private final Optional<Peers> peers;

  PeerMeters(Optional<Peers> peers) {
    this.peers = peers;
  }

  void writeTo(Scrape scrape) {
    peers.ifPresent(
        room -> {
          for (PeerState state : room.states()) {
            String site = state.standing().partner().siteId();
            // More sites than labels: those beyond are left out, for a gauge has no "other".
            if (sites.admit(site, LabelCap.OTHER).equals(site)) {
              write(scrape, state, site);
            }
          }
        });
  }

  private static void write(Scrape scrape, PeerState state, String site) {
    PeerStanding standing = state.standing();
    Labels labels = Labels.of("site", site);
    scrape.gauge(CONNECTED, standing.connected() ? 1 : 0, labels);
    scrape.gauge(CREDITS, standing.credits(), labels);
    standing.roundTripNanos().ifPresent(nanos -> scrape.gauge(ROUND_TRIP, nanos / NANOS, labels));
    standing.clockAheadMillis().ifPresent(millis -> scrape.gauge(CLOCK, millis / MILLIS, labels));
    standing.advertAgeNanos().ifPresent(nanos -> scrape.gauge(AGE, nanos / NANOS, labels));
    long disputed = 0;
    long waiting = 0;
    for (Balance balance : state.balances()) {
      disputed += balance.disputedRequests();
      waiting += balance.waitingRequests();
      if (!balance.currency().isEmpty()) {
        scrape.gauge(
            OWED,
            balance.owedMicroCurrency(),
            Labels.of("site", site, "currency", balance.currency()));
      }
    }
    scrape.gauge(DISPUTED, disputed, labels);
    scrape.gauge(WAITING, waiting, labels);
  }
}
