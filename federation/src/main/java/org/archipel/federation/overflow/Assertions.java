package org.archipel.federation.overflow;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;

/**
 * Makes and checks assertions: signed JWTs of type {@value #TYP}, valid for 60 s and once.
 * Thread-safe. Signing and checking take a fraction of a millisecond each.
 */
public final class Assertions {
  static final String TYP = "archipel-assertion+jwt";

  /** How long an assertion is good, on the clock of who makes it. */
  static final Duration LIFETIME = Duration.ofSeconds(60);

  /** The longest text that is looked at. */
  private static final int LONGEST = 4_096;

  private static final int LONGEST_NAME = 128;
  private static final int MOST_LABELS = 32;
  private static final long LONGEST_DEADLINE = Duration.ofDays(1).toMillis();
  private static final Set<String> CLASSES = Set.of("interactive", "standard", "batch");

  private final SiteIdentity identity;
  private final Trust trust;
  private final Clock clock;
  private final Supplier<UUID> ids;

  public Assertions(SiteIdentity identity, Trust trust, Clock clock, Supplier<UUID> ids) {
    this.identity = identity;
    this.trust = trust;
    this.clock = clock;
    this.ids = ids;
  }

  /** An assertion for one request to one partner. */
  public String make(Assertion says, Partner to) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .audience(to.entityId())
            .jwtID(ids.get().toString())
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .claim("hop", 1)
            .claim("organization", says.organization())
            .claim("project", says.project())
            .claim("class", says.serviceClass())
            .claim("request", says.request())
            .claim("target", digest(says.target()));
    says.deadlineMillis().ifPresent(left -> claims.claim("deadline_ms", left));
    if (!says.labels().isEmpty()) {
      claims.claim("labels", says.labels().stream().sorted().toList());
    }
    return identity.sign(TYP, claims.build());
  }

  /** A request that another site asserts. */
  public record Believed(Partner from, Assertion says) {}

  /**
   * Checks an assertion and uses it up.
   *
   * @param text as it came: anything at all
   * @param target method and path of the request that it came with, with a space between them
   * @throws DistrustException when it is not the word of a trusted partner to this site, now and
   *     for the first time
   * @throws UnwelcomeException when it is, but cannot be served
   */
  public Believed check(String text, String target) {
    if (text.length() > LONGEST) {
      throw malformed(text.length() + " characters (expected: at most " + LONGEST + ")");
    }
    Verified verified = trust.verifyOnce(text, TYP, identity.entityId());
    JWTClaimsSet claims = verified.claims();
    Map<String, Object> all = claims.getClaims();
    if (!(all.get("hop") instanceof Long hop) || hop < 1) {
      throw malformed("hop (expected: 1)");
    }
    if (hop > 1) {
      throw new UnwelcomeException(Unwelcome.SECOND_HOP, "hop " + hop + " (expected: 1)");
    }
    Duration valid =
        Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
    if (valid.compareTo(LIFETIME.plusSeconds(1)) > 0) {
      throw new UnwelcomeException(
          Unwelcome.VALID_TOO_LONG, valid + " (expected: at most " + LIFETIME + ")");
    }
    byte[] asserted = text(all, "target").getBytes(StandardCharsets.US_ASCII);
    byte[] wanted = digest(target).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(asserted, wanted)) {
      throw new UnwelcomeException(
          Unwelcome.OTHER_REQUEST, "the assertion is for another method or path");
    }
    return new Believed(verified.partner(), read(claims, target));
  }

  private static Assertion read(JWTClaimsSet claims, String target) {
    Map<String, Object> all = claims.getClaims();
    String serviceClass = text(all, "class");
    if (!CLASSES.contains(serviceClass)) {
      throw malformed("class (expected: interactive, standard or batch)");
    }
    return new Assertion(
        text(all, "organization"),
        text(all, "project"),
        serviceClass,
        deadline(all),
        labels(claims),
        text(all, "request"),
        target);
  }

  private static OptionalLong deadline(Map<String, Object> claims) {
    Object said = claims.get("deadline_ms");
    if (said == null) {
      return OptionalLong.empty();
    }
    if (said instanceof Long millis && millis >= 1 && millis <= LONGEST_DEADLINE) {
      return OptionalLong.of(millis);
    }
    throw malformed("deadline_ms (expected: 1 to " + LONGEST_DEADLINE + ")");
  }

  private static Set<String> labels(JWTClaimsSet claims) {
    try {
      List<String> said = claims.getStringListClaim("labels");
      if (said == null) {
        return Set.of();
      }
      if (said.size() > MOST_LABELS) {
        throw malformed("labels: " + said.size() + " (expected: at most " + MOST_LABELS + ")");
      }
      Set<String> labels = new HashSet<>();
      for (String label : said) {
        labels.add(decent("labels", label));
      }
      return labels;
    } catch (ParseException e) {
      throw malformed("labels (expected: a list of texts)");
    }
  }

  private static String text(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof String text) {
      return decent(name, text);
    }
    throw malformed(name + " (expected: a text)");
  }

  /** These become names in accounts, records and logs. */
  private static String decent(String name, String text) {
    boolean right = !text.isEmpty() && text.length() <= LONGEST_NAME;
    for (int i = 0; right && i < text.length(); i++) {
      char c = text.charAt(i);
      right = c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }
    if (!right) {
      throw malformed(name + " (expected: 1 to " + LONGEST_NAME + " printable characters)");
    }
    return text;
  }

  private static String digest(String target) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(target.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static UnwelcomeException malformed(String detail) {
    return new UnwelcomeException(Unwelcome.MALFORMED, detail);
  }
}
