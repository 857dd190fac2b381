package org.archipel.control.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.oidc.ProviderOptions.Inference;
import org.archipel.directory.KeyCheck.Rejected;
import org.jspecify.annotations.Nullable;

/** What an access token has to say of itself before its signature is looked at. Pure. */
final class TokenChecks {
  /** RFC 9068 §4 wants the second or third; Keycloak and others write the first or none. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  /** How Keycloak marks tokens that are not for access (claim {@code typ}). */
  private static final Set<String> OTHER_USES = Set.of("ID", "Refresh", "Offline", "Logout");

  /** A subject may have so many characters (OpenID Connect Core 1.0, §2). */
  private static final int LONGEST_SUBJECT = 255;

  private final Inference inference;

  TokenChecks(Inference inference) {
    this.inference = inference;
  }

  /** Why a token is not good, if that can be seen. */
  Optional<Rejected> refusal(@Nullable JOSEObjectType type, JWTClaimsSet claims, long nowMillis) {
    if (!isAccessToken(type, claims) || !hasSubject(claims)) {
      return Optional.of(Rejected.TOKEN);
    }
    Optional<Rejected> time = outsideItsTime(claims, nowMillis, Provider.SKEW);
    return time.isPresent() || isForUs(claims) ? time : Optional.of(Rejected.TOKEN_AUDIENCE);
  }

  private static boolean isAccessToken(@Nullable JOSEObjectType type, JWTClaimsSet claims) {
    boolean typed = type == null || TYPES.contains(type.getType().toLowerCase(Locale.ROOT));
    // An identity token tells an application who signed in there; whoever got it may not act.
    // (Keycloak before 24 writes a nonce into access tokens too, which it marks as such.)
    Object use = claims.getClaim("typ");
    boolean nonce = claims.getClaim("nonce") != null && !"Bearer".equals(use);
    boolean identity = nonce || claims.getClaim("at_hash") != null;
    boolean other =
        (use instanceof String word && OTHER_USES.contains(word))
            || claims.getClaim("events") != null;
    return typed && !identity && !other;
  }

  static boolean hasSubject(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    return subject != null
        && !subject.isEmpty()
        && subject.length() <= LONGEST_SUBJECT
        && subject.chars().noneMatch(Character::isISOControl);
  }

  /** Why a token is not good at this moment; one without an end never is. */
  static Optional<Rejected> outsideItsTime(JWTClaimsSet claims, long nowMillis, Duration skew) {
    Date end = claims.getExpirationTime();
    if (end == null) {
      return Optional.of(Rejected.TOKEN);
    }
    long latest = nowMillis + skew.toMillis();
    boolean over = nowMillis >= end.toInstant().toEpochMilli() + skew.toMillis();
    return over || later(claims.getNotBeforeTime(), latest) || later(claims.getIssueTime(), latest)
        ? Optional.of(Rejected.TOKEN_EXPIRED)
        : Optional.empty();
  }

  private static boolean later(@Nullable Date date, long millis) {
    return date != null && date.toInstant().toEpochMilli() > millis;
  }

  private boolean isForUs(JWTClaimsSet claims) {
    if (claims.getAudience().stream().anyMatch(inference.audiences()::contains)) {
      return true;
    }
    Object client = claims.getClaim("azp");
    if (client == null) {
      client = claims.getClaim("client_id");
    }
    return client instanceof String name && inference.clients().contains(name);
  }

  /** The issuer of claims that nobody has checked. */
  static String issuer(JWTClaimsSet claims) throws ParseException {
    String issuer = claims.getIssuer();
    if (issuer == null) {
      throw new ParseException("no issuer", 0);
    }
    return issuer;
  }
}
