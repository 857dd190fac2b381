package org.archipel.federation.trust;

import com.nimbusds.jwt.JWTClaimsSet;

/** Who this site is to others, and its signature. Thread-safe; in memory. */
public interface SiteIdentity {
  /** This site's entity id: the https URL of its public base, without a slash at its end. */
  String entityId();

  /**
   * Signs with ES256 and the present key, whose {@code kid} is in the header. Adds {@code iss} and
   * {@code iat}; a missing {@code exp} is the caller's decision.
   *
   * @param typ the header's {@code typ}, for example {@code archipel-assertion+jwt}
   * @return a compact JWS
   */
  String sign(String typ, JWTClaimsSet claims);
}
