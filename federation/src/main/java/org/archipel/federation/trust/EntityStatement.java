package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an entity says of another or of itself, understood but not believed.
 *
 * @param text as it was signed
 * @param issuer who says it
 * @param subject of whom
 * @param issuedAt since when
 * @param expires until when
 * @param keys the subject's keys
 * @param claims all of it
 */
record EntityStatement(
    SignedJWT text,
    String issuer,
    String subject,
    Instant issuedAt,
    Instant expires,
    JWKSet keys,
    JWTClaimsSet claims) {
  static final String TYP = "entity-statement+jwt";
  static final String CONTENT_TYPE = "application/" + TYP;

  /** The entity type of our own: a site of Archipel. */
  static final String SITE = "archipel_site";

  static final String FEDERATION = "federation_entity";

  /** Claims of a statement that may be named as critical: those that are honoured here. */
  private static final Set<String> UNDERSTOOD =
      Set.of("metadata", "metadata_policy", "constraints", "trust_marks", "authority_hints");

  private static final int MOST_HINTS = 8;

  /** Understands a statement. */
  static EntityStatement parse(String compact) {
    SignedJWT text = Signatures.parse(compact, TYP);
    JWTClaimsSet claims = Signatures.claims(text);
    try {
      List<String> critical = claims.getStringListClaim("crit");
      if (critical != null && !UNDERSTOOD.containsAll(critical)) {
        throw new DistrustException(Distrust.CRITICAL_CLAIM_UNKNOWN, "a critical claim");
      }
      Map<String, Object> jwks = claims.getJSONObjectClaim("jwks");
      return new EntityStatement(
          text,
          present("iss", claims.getIssuer()),
          present("sub", claims.getSubject()),
          present("iat", claims.getIssueTime()).toInstant(),
          present("exp", claims.getExpirationTime()).toInstant(),
          Signatures.keys(present("jwks", jwks)),
          claims);
    } catch (ParseException e) {
      throw new DistrustException(Distrust.MALFORMED, "a claim of the wrong shape", e);
    }
  }

  private static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw new DistrustException(Distrust.MALFORMED, name + ": missing");
    }
    return value;
  }

  /** Whether an entity speaks of itself: then it is its configuration. */
  boolean configuration() {
    return issuer.equals(subject);
  }

  /** As it was signed. */
  String compact() {
    return text.getParsedString();
  }

  /** What is said of the subject as an entity of this type. */
  Optional<Map<String, Object>> metadata(String type) {
    return object("metadata").flatMap(all -> object(all, type));
  }

  /** What is asked of all below the issuer that are of this type. */
  Optional<Map<String, Object>> policy(String type) {
    return object("metadata_policy").flatMap(all -> object(all, type));
  }

  Optional<Map<String, Object>> object(String claim) {
    return object(claims.getClaims(), claim);
  }

  List<String> texts(String claim) {
    try {
      List<String> found = claims.getStringListClaim(claim);
      return found == null ? List.of() : List.copyOf(found);
    } catch (ParseException | NullPointerException e) {
      throw new DistrustException(Distrust.MALFORMED, claim + " (expected: a list of texts)", e);
    }
  }

  /** Who may speak of the subject. */
  List<String> authorityHints() {
    List<String> hints = texts("authority_hints");
    if (hints.size() > MOST_HINTS) {
      throw new DistrustException(
          Distrust.TOO_LARGE, "authority_hints: " + hints.size() + " (expected: <= 8)");
    }
    return hints;
  }

  /** A URL of the subject's federation API. */
  Optional<String> endpoint(String name) {
    return metadata(FEDERATION).map(all -> all.get(name)).map(Object::toString);
  }

  /** The trust marks that it shows: type and signed text. */
  List<ShownMark> marks() {
    Object found = claims.getClaim("trust_marks");
    if (found == null) {
      return List.of();
    }
    List<ShownMark> marks = new ArrayList<>();
    if (found instanceof List<?> list && list.size() <= 64) {
      for (Object entry : list) {
        if (!(entry instanceof Map<?, ?> mark
            && mark.get("trust_mark_type") instanceof String type
            && mark.get("trust_mark") instanceof String text)) {
          throw new DistrustException(Distrust.MALFORMED, "trust_marks: an entry is none");
        }
        marks.add(new ShownMark(type, text));
      }
      return marks;
    }
    throw new DistrustException(Distrust.MALFORMED, "trust_marks (expected: at most 64)");
  }

  /** A mark as an entity shows it. */
  record ShownMark(String type, String text) {}

  static Optional<Map<String, Object>> object(Map<String, Object> all, String name) {
    Object found = all.get(name);
    if (found == null) {
      return Optional.empty();
    }
    if (found instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // Names in JSON are texts.
      Map<String, Object> typed = (Map<String, Object>) map;
      return Optional.of(typed);
    }
    throw new DistrustException(Distrust.MALFORMED, name + " (expected: an object)");
  }

  static Date date(Instant instant) {
    return Date.from(instant);
  }
}
