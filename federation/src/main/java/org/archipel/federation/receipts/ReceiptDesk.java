package org.archipel.federation.receipts;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.archipel.federation.exchange.PartnerRoute;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.Crossings;

/**
 * Gives partners the receipts for what was served for them, and for nobody else. A receipt is made
 * with its usage record and signed when it is asked for. Thread-safe; blocks on the store.
 */
final class ReceiptDesk {
  /** Where partners ask. */
  static final String PATH = "/federation/receipts";

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final SiteIdentity identity;
  private final Crossings crossings;
  private final Clock clock;

  ReceiptDesk(SiteIdentity identity, Crossings crossings, Clock clock) {
    this.identity = identity;
    this.crossings = crossings;
    this.clock = clock;
  }

  void serve(Partner partner, PublicRequest request, PublicAnswer answer) {
    Optional<Long> after = request.parameter("after").flatMap(ReceiptDesk::sequence);
    if (after.isEmpty()) {
      PartnerRoute.refuse(answer, 400, "after_required");
      return;
    }
    answer.respond(
        200, "application/jwt", batch(partner, after.get()).getBytes(StandardCharsets.UTF_8));
  }

  /** The signed receipts for a partner after a sequence. */
  String batch(Partner partner, long after) {
    Way way = new Way(Direction.GIVEN, partner.siteId());
    List<Crossing> given = crossings.list(way, after, ReceiptBatch.MOST);
    long last = Math.max(crossings.last(way), after);
    JWTClaimsSet claims =
        new ReceiptBatch(after, last, given)
            .claims()
            .audience(partner.entityId())
            .expirationTime(Date.from(clock.instant().plus(LIFETIME)))
            .build();
    return identity.sign(ReceiptBatch.TYP, claims);
  }

  private static Optional<Long> sequence(String text) {
    try {
      long value = Long.parseLong(text);
      return value >= 0 ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
