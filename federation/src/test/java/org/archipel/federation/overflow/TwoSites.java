package org.archipel.federation.overflow;

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
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;

/**
 * Rennes, which signs, and Lille, which believes Rennes. Stands for chains and marks, which have
 * tests of their own; signatures are real.
 */
final class TwoSites implements SiteIdentity, Trust {
  static final Partner LILLE = partner("https://lille.example", "lille", "univ-lille");
  static final Partner RENNES = partner("https://rennes.example", "rennes", "univ-rennes");

  private final ECKey key;
  private final Clock clock;
  private final Set<String> used = new HashSet<>();

  TwoSites(Clock clock) throws JOSEException {
    this.key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    this.clock = clock;
  }

  private static Partner partner(String entity, String site, String organization) {
    return new Partner(
        entity, site, site, organization, Set.of(), Set.of(), Instant.MAX, Partner.State.TRUSTED);
  }

  /** Lille's own name, for what is checked there. */
  SiteIdentity lille() {
    return new SiteIdentity() {
      @Override
      public String entityId() {
        return LILLE.entityId();
      }

      @Override
      public String sign(String typ, JWTClaimsSet claims) {
        throw new UnsupportedOperationException("nobody asks it to");
      }
    };
  }

  @Override
  public String entityId() {
    return RENNES.entityId();
  }

  @Override
  public String sign(String typ, JWTClaimsSet claims) {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType(typ))
            .keyID(key.getKeyID())
            .build();
    JWTClaimsSet whole =
        new JWTClaimsSet.Builder(claims)
            .issuer(entityId())
            .issueTime(Date.from(clock.instant()))
            .build();
    try {
      SignedJWT jwt = new SignedJWT(header, whole);
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Verified verify(String compactJws, String typ, String audience) {
    try {
      SignedJWT jwt = SignedJWT.parse(compactJws);
      if (!jwt.verify(new ECDSAVerifier(key.toPublicJWK()))) {
        throw new DistrustException(Distrust.SIGNATURE_INVALID, "signature");
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (!claims.getAudience().contains(audience)) {
        throw new DistrustException(Distrust.WRONG_AUDIENCE, "aud");
      }
      return new Verified(RENNES, claims);
    } catch (ParseException | JOSEException e) {
      throw new DistrustException(Distrust.MALFORMED, "no JWS");
    }
  }

  @Override
  public Verified verifyOnce(String compactJws, String typ, String audience) {
    Verified verified = verify(compactJws, typ, audience);
    if (!used.add(verified.claims().getJWTID())) {
      throw new DistrustException(Distrust.REPLAYED, "jti");
    }
    return verified;
  }

  @Override
  public Optional<Partner> partner(String entityId) {
    return Optional.of(LILLE).filter(partner -> partner.entityId().equals(entityId));
  }

  @Override
  public List<Partner> partners() {
    return List.of(LILLE);
  }

  @Override
  public Runnable subscribe(Consumer<Partner> listener) {
    return () -> {};
  }
}
