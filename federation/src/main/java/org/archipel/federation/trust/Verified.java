package org.archipel.federation.trust;

import com.nimbusds.jwt.JWTClaimsSet;

/**
 * What a trusted partner said.
 *
 * @param partner who
 * @param claims what, its signature, times and audience being right
 */
public record Verified(Partner partner, JWTClaimsSet claims) {}
