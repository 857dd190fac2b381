package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteKeys.SiteKeyState;
import org.archipel.federation.trust.TrustRoom;

/** How this site takes part in the federation, and whom it trusts. */
final class FederationRoutes {
  private static final String ALL = "/api/v1/federation";

  private final Optional<TrustRoom> room;

  FederationRoutes(Optional<TrustRoom> room) {
    this.room = room;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "getFederation", "How this site takes part in the federation")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .answers(FederationView.class),
        call -> call.answer(view()));
    routes.add(
        Operation.get(
                ALL + "/partners", "listPartners", "Other sites, and whether they are trusted")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .lists(PartnerView.class),
        call -> call.items(room().trust().partners().stream().map(PartnerView::of).toList()));
    routes.add(
        Operation.post(
                ALL + "/keys/rotate", "rotateFederationKey", "Announces a new key of this site")
            .needs(Action.FEDERATION_CHANGE, Concern.SITE)
            .answers(FederationView.class),
        call -> {
          room().rotateKey(call.actor());
          return call.answer(view());
        });
  }

  static Refusal absent() {
    return new Refusal(
        Problem.Kind.CONFLICT,
        "federation.entity: missing (expected: this site's public base URL in its configuration)");
  }

  private TrustRoom room() {
    return room.orElseThrow(FederationRoutes::absent);
  }

  private FederationView view() {
    TrustRoom here = room();
    return new FederationView(
        here.options().entityId(),
        here.options().anchor(),
        here.anchorHeard(),
        here.keys().stream().map(KeyView::of).toList(),
        here.marks(),
        here.publicKeys());
  }

  private record FederationView(
      @JsonPropertyDescription("this site's entity id") String entityId,
      @JsonPropertyDescription("the consortium's anchor") String anchor,
      @JsonPropertyDescription("when the anchor was heard last, since the start")
          Optional<Instant> anchorHeardAt,
      @JsonPropertyDescription("the active one first") List<KeyView> keys,
      @JsonPropertyDescription("the types of the marks that this site has") Set<String> marks,
      @JsonPropertyDescription("the public keys as a JWK set, for others to pin") String jwks) {}

  private record KeyView(
      @JsonPropertyDescription("its thumbprint") String kid,
      @JsonPropertyDescription("announced, active, retired or past") String phase,
      Instant since) {
    static KeyView of(SiteKeyState key) {
      return new KeyView(key.kid(), key.phase().name().toLowerCase(Locale.ROOT), key.since());
    }
  }

  private record PartnerView(
      String entityId,
      String siteId,
      String name,
      String organization,
      @JsonPropertyDescription("trusted, suspended or distrusted") String state,
      Set<String> marks,
      Set<String> labels,
      @JsonPropertyDescription("when trust ends unless it is renewed") Instant chainExpiresAt) {
    static PartnerView of(Partner partner) {
      return new PartnerView(
          partner.entityId(),
          partner.siteId(),
          partner.name(),
          partner.organization(),
          partner.state().name().toLowerCase(Locale.ROOT),
          partner.marks(),
          partner.labels(),
          partner.chainExpires());
    }
  }
}
