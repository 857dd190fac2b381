package org.archipel.federation.trust;

import com.nimbusds.jose.Header;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads signed texts of strangers, and says which rule they break. Thread-safe. */
final class Signatures {
  /** The longest text that is looked at, in characters. */
  static final int LONGEST = 64 * 1024;

  private static final int MOST_KEYS = 16;

  /** What other entities may sign with: anchors of other programs use RSA and larger curves. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  private static final int LEAST_RSA_BITS = 2048;

  private Signatures() {}

  /** Understands a text of one type; who signed it is not known yet. */
  static SignedJWT parse(String compact, String typ) {
    if (compact.length() > LONGEST) {
      throw new DistrustException(Distrust.TOO_LARGE, "a signed text of " + compact.length());
    }
    try {
      int dot = compact.indexOf('.');
      // Nimbus refuses « none » as malformed; it has a name of its own here.
      Header header = Header.parse(new Base64URL(compact.substring(0, Math.max(0, dot))));
      if (!(header instanceof JWSHeader signed)) {
        throw new DistrustException(Distrust.ALGORITHM_REFUSED, "unsigned or encrypted");
      }
      if (!ALGORITHMS.contains(signed.getAlgorithm())) {
        throw new DistrustException(Distrust.ALGORITHM_REFUSED, "an algorithm that is not taken");
      }
      JOSEObjectType type = signed.getType();
      if (type == null || !type.getType().equals(typ)) {
        throw new DistrustException(Distrust.WRONG_TYPE, "typ (expected: " + typ + ")");
      }
      if (signed.getCriticalParams() != null && !signed.getCriticalParams().isEmpty()) {
        throw new DistrustException(Distrust.CRITICAL_CLAIM_UNKNOWN, "critical header parameters");
      }
      return SignedJWT.parse(compact);
    } catch (ParseException | IllegalArgumentException e) {
      throw new DistrustException(Distrust.MALFORMED, "not a signed JWT", e);
    }
  }

  /** The claims, which nobody has checked. */
  static JWTClaimsSet claims(SignedJWT text) {
    try {
      JWTClaimsSet claims = text.getJWTClaimsSet();
      if (claims == null) {
        throw new DistrustException(Distrust.MALFORMED, "no claims");
      }
      return claims;
    } catch (ParseException e) {
      throw new DistrustException(Distrust.MALFORMED, "claims that are none", e);
    }
  }

  /** Checks that one of the keys signed. */
  static void verify(SignedJWT text, JWKSet keys) {
    String kid = text.getHeader().getKeyID();
    JWK key = kid == null ? null : keys.getKeyByKeyId(kid);
    if (key == null) {
      throw new DistrustException(Distrust.KEY_UNKNOWN, "the issuer has no such key");
    }
    try {
      PublicKey publicKey = ((AsymmetricJWK) key).toPublicKey();
      JWSVerifier verifier =
          new DefaultJWSVerifierFactory().createJWSVerifier(text.getHeader(), publicKey);
      if (!text.verify(verifier)) {
        throw new DistrustException(Distrust.SIGNATURE_INVALID, "the signature does not fit");
      }
    } catch (JOSEException e) {
      throw new DistrustException(Distrust.ALGORITHM_REFUSED, "the key is of another kind", e);
    }
  }

  /** Public keys that a stranger says are somebody's. */
  static JWKSet keys(Map<String, Object> jwks) {
    try {
      JWKSet set = JWKSet.parse(jwks);
      List<JWK> keys = set.getKeys();
      Set<String> ids = new HashSet<>();
      for (JWK key : keys) {
        boolean good =
            key instanceof AsymmetricJWK
                && !key.isPrivate()
                && key.getKeyID() != null
                && ids.add(key.getKeyID())
                && (!"RSA".equals(key.getKeyType().getValue()) || key.size() >= LEAST_RSA_BITS);
        if (!good) {
          throw new DistrustException(
              Distrust.MALFORMED, "jwks (expected: public keys, each with a kid of its own)");
        }
      }
      if (keys.isEmpty() || keys.size() > MOST_KEYS) {
        throw new DistrustException(
            Distrust.MALFORMED,
            "jwks: " + keys.size() + " keys (expected: 1 to " + MOST_KEYS + ")");
      }
      return set;
    } catch (ParseException e) {
      throw new DistrustException(Distrust.MALFORMED, "jwks (expected: a JWK set)", e);
    }
  }
}
