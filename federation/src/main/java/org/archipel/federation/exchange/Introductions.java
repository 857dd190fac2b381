package org.archipel.federation.exchange;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;

/**
 * How a caller proves which site it is: a signed introduction for one call of one path of one site,
 * good for a minute and once. Thread-safe.
 */
public final class Introductions {
  /** The header's {@code typ}. */
  static final String TYP = "archipel-introduction+jwt";

  private static final String SCHEME = "Bearer ";
  private static final Duration LIFETIME = Duration.ofSeconds(60);

  private final SiteIdentity identity;
  private final Trust trust;
  private final Clock clock;

  public Introductions(SiteIdentity identity, Trust trust, Clock clock) {
    this.identity = identity;
    this.trust = trust;
    this.clock = clock;
  }

  /** What to send as {@code authorization} with a call of a path of a partner. */
  String to(Partner partner, String path) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .audience(partner.entityId())
            .expirationTime(Date.from(clock.instant().plus(LIFETIME)))
            .jwtID(UUID.randomUUID().toString())
            .claim("path", path)
            .build();
    return SCHEME + identity.sign(TYP, claims);
  }

  /**
   * Who calls.
   *
   * @throws DistrustException when nobody whom this site trusts
   */
  public Partner caller(PublicRequest request) {
    String header = request.headers().getOrDefault("authorization", "");
    if (!header.startsWith(SCHEME)) {
      throw new DistrustException(Distrust.MALFORMED, "authorization: no introduction");
    }
    Verified said = trust.verifyOnce(header.substring(SCHEME.length()), TYP, identity.entityId());
    if (!request.path().equals(said.claims().getClaim("path"))) {
      throw new DistrustException(Distrust.WRONG_AUDIENCE, "path: introduced to another one");
    }
    if (!said.partner().trusted()) {
      throw new DistrustException(Distrust.SUSPENDED, said.partner().siteId());
    }
    return said.partner();
  }
}
