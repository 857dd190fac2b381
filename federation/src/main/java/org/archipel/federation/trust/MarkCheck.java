package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.archipel.federation.trust.EntityStatement.ShownMark;
import org.jspecify.annotations.Nullable;

/**
 * Validates trust marks by OpenID Federation 1.0, final text: signed, typ, algorithm, subject,
 * times, an issuer whom the anchor allows, its key, and the delegation by the owner where the
 * anchor names one; then asks the issuer whether it still stands. The Nimbus SDK has earlier names
 * of the claims and validates none of this. Thread-safe; blocks.
 */
final class MarkCheck {
  static final String TYP = "trust-mark+jwt";
  static final String DELEGATION_TYP = "trust-mark-delegation+jwt";
  static final String STATUS_TYP = "trust-mark-status-response+jwt";

  private final Times times;
  private final Documents documents;
  private final AddressRules rules;
  private final Issuers issuers;

  /** Where the configuration of a mark's issuer comes from, by a chain to the same anchor. */
  interface Issuers {
    EntityStatement configuration(String issuer, Chain holder) throws InterruptedException;
  }

  /** A mark that holds. */
  record ValidMark(String type, String issuer, Instant expires) {}

  /** A mark that does not, and why. */
  record RefusedMark(String type, Distrust reason) {}

  /** What the marks of an entity come to. */
  record Outcome(List<ValidMark> valid, List<RefusedMark> refused) {}

  MarkCheck(Times times, Documents documents, AddressRules rules, Issuers issuers) {
    this.times = times;
    this.documents = documents;
    this.rules = rules;
    this.issuers = issuers;
  }

  /**
   * Validates all marks of an entity. A mark that does not hold is left out, not the entity.
   *
   * @throws DistrustException when an issuer cannot be reached: nothing is known then
   */
  Outcome check(Chain chain) throws InterruptedException {
    List<ValidMark> valid = new ArrayList<>();
    List<RefusedMark> refused = new ArrayList<>();
    Map<String, EntityStatement> known = new HashMap<>();
    for (ShownMark shown : chain.leaf().marks()) {
      try {
        valid.add(one(shown, chain, known));
      } catch (DistrustException e) {
        if (e.reason().passing()) {
          throw e;
        }
        refused.add(new RefusedMark(shown.type(), e.reason()));
      }
    }
    return new Outcome(List.copyOf(valid), List.copyOf(refused));
  }

  /** The marks of a chain that was kept, which held then: time alone can have ended them. */
  Outcome still(Chain chain, Set<String> held) {
    List<ValidMark> valid = new ArrayList<>();
    List<RefusedMark> refused = new ArrayList<>();
    for (ShownMark shown : chain.leaf().marks()) {
      try {
        JWTClaimsSet claims = Signatures.claims(Signatures.parse(shown.text(), TYP));
        Instant expires = checkTimes(claims);
        if (held.contains(shown.type())) {
          valid.add(new ValidMark(shown.type(), present(claims.getIssuer()), expires));
        } else {
          refused.add(new RefusedMark(shown.type(), Distrust.MARK_REVOKED));
        }
      } catch (DistrustException e) {
        refused.add(new RefusedMark(shown.type(), e.reason()));
      }
    }
    return new Outcome(List.copyOf(valid), List.copyOf(refused));
  }

  private ValidMark one(ShownMark shown, Chain chain, Map<String, EntityStatement> known)
      throws InterruptedException {
    SignedJWT text = Signatures.parse(shown.text(), TYP);
    JWTClaimsSet claims = Signatures.claims(text);
    String issuer = present(claims.getIssuer());
    if (!chain.leaf().subject().equals(claims.getSubject())) {
      throw new DistrustException(Distrust.MARK_SUBJECT_MISMATCH, "the mark of somebody else");
    }
    if (!shown.type().equals(text(claims, "trust_mark_type"))) {
      throw new DistrustException(Distrust.MALFORMED, "a mark of another type than shown");
    }
    Instant expires = checkTimes(claims);
    checkIssuer(shown.type(), issuer, chain.anchor());
    EntityStatement configuration = known.get(issuer);
    if (configuration == null) {
      configuration = issuers.configuration(issuer, chain);
      known.put(issuer, configuration);
    }
    Signatures.verify(text, configuration.keys());
    checkDelegation(shown.type(), issuer, claims, chain.anchor());
    askStatus(shown.text(), configuration);
    return new ValidMark(shown.type(), issuer, expires);
  }

  private Instant checkTimes(JWTClaimsSet claims) {
    Instant issued = present(claims.getIssueTime()).toInstant();
    Date expiry = claims.getExpirationTime();
    Instant expires = expiry == null ? Instant.MAX.minus(Times.SKEW) : expiry.toInstant();
    times.check(issued, expires);
    return expires;
  }

  /** Only types that the anchor names, by the issuers that it names; an empty list is anybody. */
  private static void checkIssuer(String type, String issuer, EntityStatement anchor) {
    Map<String, Object> all = anchor.object("trust_mark_issuers").orElse(Map.of());
    boolean allowed =
        all.get(type) instanceof List<?> issuers && (issuers.isEmpty() || issuers.contains(issuer));
    if (!allowed) {
      throw new DistrustException(
          Distrust.MARK_ISSUER_REFUSED, AddressRules.shown(issuer) + " may not issue it");
    }
  }

  private void checkDelegation(
      String type, String issuer, JWTClaimsSet mark, EntityStatement anchor) {
    Map<String, Object> owners = anchor.object("trust_mark_owners").orElse(Map.of());
    if (!owners.containsKey(type)) {
      return;
    }
    Map<String, Object> owner = EntityStatement.object(owners, type).orElse(Map.of());
    try {
      SignedJWT delegation = Signatures.parse(text(mark, "delegation"), DELEGATION_TYP);
      JWTClaimsSet claims = Signatures.claims(delegation);
      JWKSet keys = Signatures.keys(EntityStatement.object(owner, "jwks").orElse(Map.of()));
      Signatures.verify(delegation, keys);
      boolean fits =
          present(claims.getIssuer()).equals(owner.get("sub"))
              && issuer.equals(claims.getSubject())
              && type.equals(text(claims, "trust_mark_type"));
      if (!fits) {
        throw new DistrustException(Distrust.MALFORMED, "it is for another issuer or type");
      }
      checkTimes(claims);
    } catch (DistrustException e) {
      throw new DistrustException(
          Distrust.MARK_DELEGATION_INVALID, "the owner's delegation: " + e.reason().word(), e);
    }
  }

  private void askStatus(String mark, EntityStatement issuer) throws InterruptedException {
    String endpoint = issuer.endpoint("federation_trust_mark_status_endpoint").orElse("");
    if (endpoint.isEmpty()) {
      return;
    }
    URI uri = rules.checked(endpoint);
    String form = "trust_mark=" + URLEncoder.encode(mark, StandardCharsets.UTF_8);
    SignedJWT answer =
        Signatures.parse(documents.post(uri, form, "application/" + STATUS_TYP), STATUS_TYP);
    Signatures.verify(answer, issuer.keys());
    JWTClaimsSet claims = Signatures.claims(answer);
    times.check(present(claims.getIssueTime()).toInstant(), Instant.MAX.minus(Times.SKEW));
    if (!issuer.subject().equals(claims.getIssuer()) || !mark.equals(text(claims, "trust_mark"))) {
      throw new DistrustException(Distrust.MALFORMED, "a status of another mark");
    }
    String status = text(claims, "status");
    if (!status.equals("active")) {
      throw new DistrustException(
          status.equals("expired") ? Distrust.EXPIRED : Distrust.MARK_REVOKED,
          "its issuer says: " + AddressRules.shown(status));
    }
  }

  private static String text(JWTClaimsSet claims, String name) {
    try {
      return present(claims.getStringClaim(name));
    } catch (ParseException e) {
      throw new DistrustException(Distrust.MALFORMED, name + " (expected: a text)", e);
    }
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new DistrustException(Distrust.MALFORMED, "a claim is missing");
    }
    return value;
  }
}
