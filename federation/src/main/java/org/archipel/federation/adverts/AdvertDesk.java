package org.archipel.federation.adverts;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.archipel.federation.exchange.PartnerRoute;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicStream;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.ledger.Tariff;

/**
 * Tells partners what this site offers, each on a stream of its own: a signed greeting, the whole
 * picture, then a line each second with what changed. A partner has one stream; its next one ends
 * the one before. Thread-safe.
 */
final class AdvertDesk {
  static final String PATH = "/federation/adverts";

  /** The greeting's header {@code typ}. */
  static final String TYP = "archipel-adverts+jwt";

  private static final Duration LIFETIME = Duration.ofSeconds(60);
  private static final String LINES = "application/x-ndjson";

  private final SiteIdentity identity;
  private final Trust trust;
  private final AdvertTicks ticks;
  private final ShareRules rules;
  private final Function<String, Optional<String>> kinds;
  private final Clock clock;
  private final ConcurrentHashMap<String, PublicStream> open = new ConcurrentHashMap<>();

  /**
   * @param kinds the kind of an organization, from memory
   */
  AdvertDesk(
      SiteIdentity identity,
      Trust trust,
      AdvertTicks ticks,
      ShareRules rules,
      Function<String, Optional<String>> kinds,
      Clock clock) {
    this.identity = identity;
    this.trust = trust;
    this.ticks = ticks;
    this.rules = rules;
    this.kinds = kinds;
    this.clock = clock;
  }

  void serve(Partner partner, PublicRequest request, PublicAnswer answer)
      throws IOException, InterruptedException {
    Optional<ShareRule> rule = rules.with(partner.siteId());
    if (rule.isEmpty()) {
      PartnerRoute.refuse(answer, 403, "nothing_shared");
      return;
    }
    try (PublicStream stream = answer.stream(LINES)) {
      Optional<PublicStream> former = Optional.ofNullable(open.put(partner.siteId(), stream));
      former.ifPresent(PublicStream::close);
      stream.write((greeting(partner) + "\n").getBytes(StandardCharsets.UTF_8));
      tell(partner, rule.get(), stream);
    } finally {
      open.values().removeIf(PublicStream::closed);
    }
  }

  private String greeting(Partner partner) {
    return identity.sign(
        TYP,
        new JWTClaimsSet.Builder()
            .audience(partner.entityId())
            .expirationTime(Date.from(clock.instant().plus(LIFETIME)))
            .build());
  }

  private void tell(Partner partner, ShareRule rule, PublicStream stream)
      throws IOException, InterruptedException {
    long seen = 0;
    List<Tariff> told = List.of();
    while (!stream.closed() && trusted(partner)) {
      Optional<AdvertTicks.Tick> next = ticks.after(seen);
      if (next.isEmpty()) {
        return;
      }
      AdvertTicks.Tick tick = next.get();
      List<Tariff> tariffs =
          Showing.tariffs(
              tick.offer(),
              partner.organization(),
              kinds.apply(partner.organization()),
              ticks.now());
      Optional<byte[]> change = ticks.change(tick, rule);
      boolean follows = seen > 0 && tick.number() == seen + 1 && tariffs.equals(told);
      stream.write(follows && change.isPresent() ? change.get() : ticks.whole(tick, rule, tariffs));
      seen = tick.number();
      told = tariffs;
    }
  }

  private boolean trusted(Partner partner) {
    return trust.partner(partner.entityId()).filter(Partner::trusted).isPresent();
  }

  /** How many partners listen. */
  int listeners() {
    return open.size();
  }
}
