package org.archipel.federation.world;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;

/** A site of a small world in which all know each other's keys: real signatures, no chains. */
public final class Member implements SiteIdentity, Trust {
  private final String siteId;
  private final ECKey key;
  private final Clock clock;
  private final List<Member> world;
  private final Set<String> used = new ConcurrentSkipListSet<>();
  private final List<Consumer<Partner>> listeners = new CopyOnWriteArrayList<>();
  private volatile Partner.State state = Partner.State.TRUSTED;
  private volatile String base;

  private Member(String siteId, ECKey key, Clock clock, List<Member> world) {
    this.siteId = siteId;
    this.key = key;
    this.clock = clock;
    this.world = world;
    this.base = "https://" + siteId + ".example";
  }

  public static List<Member> world(Clock clock, String... sites) {
    List<Member> world = new ArrayList<>();
    for (String site : sites) {
      try {
        world.add(new Member(site, new ECKeyGenerator(Curve.P_256).generate(), clock, world));
      } catch (JOSEException e) {
        throw new AssertionError(e);
      }
    }
    return world;
  }

  public String siteId() {
    return siteId;
  }

  /** Where it listens from now on. */
  public void at(String url) {
    base = url;
  }

  /** The consortium changes its mind about this member, and all others hear of it. */
  public void become(Partner.State other) {
    state = other;
    world.stream()
        .filter(member -> member != this)
        .forEach(member -> member.listeners.forEach(listener -> listener.accept(asPartner())));
  }

  public Partner asPartner() {
    return new Partner(
        base,
        siteId,
        siteId,
        "univ-" + siteId,
        Set.of(),
        Set.of("eskemm-data"),
        Instant.parse("2027-01-01T00:00:00Z"),
        state);
  }

  @Override
  public String entityId() {
    return base;
  }

  @Override
  public String sign(String typ, JWTClaimsSet claims) {
    try {
      JWTClaimsSet all =
          new JWTClaimsSet.Builder(claims)
              .issuer(base)
              .issueTime(Date.from(clock.instant()))
              .build();
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(typ)).build(), all);
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Verified verify(String compactJws, String typ, String audience) {
    try {
      SignedJWT jwt = SignedJWT.parse(compactJws);
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      Member issuer =
          world.stream()
              .filter(member -> member != this && member.base.equals(claims.getIssuer()))
              .findFirst()
              .orElseThrow(() -> new DistrustException(Distrust.UNKNOWN_PARTNER, "nobody"));
      if (!jwt.verify(new ECDSAVerifier(issuer.key.toPublicJWK()))) {
        throw new DistrustException(Distrust.SIGNATURE_INVALID, issuer.siteId);
      }
      if (!typ.equals(String.valueOf(jwt.getHeader().getType()))) {
        throw new DistrustException(Distrust.WRONG_TYPE, issuer.siteId);
      }
      if (!claims.getAudience().contains(audience)) {
        throw new DistrustException(Distrust.WRONG_AUDIENCE, issuer.siteId);
      }
      if (claims.getExpirationTime().toInstant().isBefore(clock.instant())) {
        throw new DistrustException(Distrust.EXPIRED, issuer.siteId);
      }
      if (issuer.state != Partner.State.TRUSTED) {
        throw new DistrustException(Distrust.SUSPENDED, issuer.siteId);
      }
      return new Verified(issuer.asPartner(), claims);
    } catch (ParseException | JOSEException e) {
      throw new DistrustException(Distrust.MALFORMED, "no JWT");
    }
  }

  @Override
  public Verified verifyOnce(String compactJws, String typ, String audience) {
    Verified verified = verify(compactJws, typ, audience);
    if (!used.add(verified.partner().siteId() + verified.claims().getJWTID())) {
      throw new DistrustException(Distrust.REPLAYED, verified.partner().siteId());
    }
    return verified;
  }

  @Override
  public Optional<Partner> partner(String entityId) {
    return partners().stream().filter(one -> one.entityId().equals(entityId)).findFirst();
  }

  @Override
  public List<Partner> partners() {
    return world.stream().filter(member -> member != this).map(Member::asPartner).toList();
  }

  @Override
  public Runnable subscribe(Consumer<Partner> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
