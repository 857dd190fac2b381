package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.TrustRoom;

/** Tells whom this site trusts, and what it refused of others. Thread-safe. */
public final class FederationMeters {
  private static final Family PARTNERS =
      Family.of("federation_partners", "Other sites that are known, by whether they are trusted.");
  private static final Family REFUSALS =
      Family.of("federation_refusals", "What other entities said and was not believed, by reason.");

  private final Optional<TrustRoom> room;

  /** Of a site's federation, if it takes part in one. */
  public FederationMeters(Optional<TrustRoom> room) {
    this.room = room;
  }

  void writeTo(Scrape scrape) {
    room.ifPresent(there -> write(scrape, there));
  }

  private static void write(Scrape scrape, TrustRoom room) {
    List<Partner> partners = room.trust().partners();
    for (Partner.State state : Partner.State.values()) {
      long count = partners.stream().filter(partner -> partner.state() == state).count();
      scrape.gauge(PARTNERS, count, Labels.of("state", state.name().toLowerCase(Locale.ROOT)));
    }
    for (Map.Entry<Distrust, Long> entry : room.counters().refused().entrySet()) {
      scrape.counter(REFUSALS, entry.getValue(), Labels.of("reason", entry.getKey().word()));
    }
  }
}
