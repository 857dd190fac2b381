package org.archipel.control.oidc;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.archipel.directory.Caller;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.UserProof;
import org.archipel.directory.access.SiteKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the person behind a key by the token that Open WebUI signs for each of its users ({@code
 * X-OpenWebUI-User-Jwt}: HS256, a secret that it shares with us, five minutes). Its plain headers
 * with the same names can be written by anybody, and are not heeded. Thread-safe, never blocking.
 */
public final class UserTokens {
  /** A secret has so many characters: HS256 wants 256 bits (RFC 7518 §3.2). */
  public static final int SHORTEST_SECRET = 32;

  /** A secret has at most so many characters. */
  public static final int LONGEST_SECRET = 256;

  private static final String PURPOSE = "user-secret";
  private static final String ISSUER = "open-webui";
  private static final int LONGEST = 4 << 10;
  private static final int MOST_KNOWN = 10_000;
  private static final int MOST_SECRETS = 1_000;

  /** Open WebUI says five minutes; whoever has a secret could say for ever. */
  private static final Duration LONGEST_LIFE = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(UserTokens.class);

  private final SiteKey key;
  private final Predicate<String> suspended;
  private final Clock clock;
  private final Remembered<String> known = new Remembered<>(MOST_KNOWN);
  private final LoadingCache<String, Optional<JWSVerifier>> verifiers;

  /**
   * @param key unseals the secrets, and makes pseudonyms
   * @param suspended whether a pseudonym is of somebody who may do nothing, from memory
   */
  public UserTokens(SiteKey key, Predicate<String> suspended, Clock clock) {
    this.key = key;
    this.suspended = suspended;
    this.clock = clock;
    this.verifiers =
        Caffeine.newBuilder()
            .maximumSize(MOST_SECRETS)
            .executor(Runnable::run)
            .build(this::verifier);
  }

  /**
   * What a key keeps of a secret.
   *
   * @param secret 32 to 256 printable characters of ASCII, as Open WebUI's {@code
   *     FORWARD_USER_INFO_HEADER_JWT_SECRET} has it
   * @throws DirectoryException when it has not that form
   */
  public static UserProof proof(SiteKey key, String secret, boolean required) {
    boolean printable = secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!printable || secret.length() < SHORTEST_SECRET || secret.length() > LONGEST_SECRET) {
      throw DirectoryException.invalid(
          "secret",
          "unusable",
          SHORTEST_SECRET + " to " + LONGEST_SECRET + " printable characters without spaces");
    }
    return new UserProof(key.seal(PURPOSE, secret), required);
  }

  /** See {@link org.archipel.directory.KeyRing#identify}. */
  public KeyCheck identify(Caller caller, String userToken) {
    Optional<UserProof> proof = caller.userProof();
    if (userToken.isEmpty() || proof.isEmpty()) {
      boolean missing = proof.filter(UserProof::required).isPresent();
      return missing ? Rejected.USER_TOKEN_MISSING : new KeyCheck.Accepted(caller);
    }
    if (userToken.length() > LONGEST) {
      return Rejected.USER_TOKEN;
    }
    String sealed = proof.get().sealed();
    // With the secret in the name: a token is good under its own secret only.
    String name = Remembered.name(place(caller) + " " + sealed + " " + userToken);
    Optional<String> person =
        known.find(name, clock.millis()).or(() -> verified(caller, sealed, userToken, name));
    if (person.isEmpty()) {
      return Rejected.USER_TOKEN;
    }
    return suspended.test(person.get())
        ? Rejected.PERSON_SUSPENDED
        : new KeyCheck.Accepted(caller.withPerson(person.get()));
  }

  private Optional<String> verified(Caller caller, String sealed, String text, String name) {
    try {
      SignedJWT token = SignedJWT.parse(text);
      Optional<JWSVerifier> verifier = verifiers.get(sealed);
      boolean signed =
          token.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
              && verifier.isPresent()
              && token.verify(verifier.get());
      JWTClaimsSet claims = token.getJWTClaimsSet();
      if (!signed || !good(claims)) {
        return Optional.empty();
      }
      String person = key.pseudonym(ISSUER + " " + place(caller), claims.getSubject());
      known.put(
          name,
          person,
          claims.getExpirationTime().toInstant().toEpochMilli() + Provider.SKEW.toMillis());
      return Optional.of(person);
    } catch (ParseException | JOSEException e) {
      LOG.debug("a user's token was refused", e);
      return Optional.empty();
    }
  }

  /** The same for a key and its successors; users of other projects are others. */
  private static String place(Caller caller) {
    return caller.organization() + "/" + caller.project();
  }

  private boolean good(JWTClaimsSet claims) {
    long now = clock.millis();
    return ISSUER.equals(claims.getIssuer())
        && TokenChecks.hasSubject(claims)
        && TokenChecks.outsideItsTime(claims, now, Provider.SKEW).isEmpty()
        && claims.getExpirationTime().toInstant().toEpochMilli() <= now + LONGEST_LIFE.toMillis();
  }

  private Optional<JWSVerifier> verifier(String sealed) {
    try {
      Optional<String> secret = key.open(PURPOSE, sealed);
      if (secret.isEmpty()) {
        LOG.error("the secret of a key cannot be read: it was sealed with another site key");
        return Optional.empty();
      }
      return Optional.of(new MACVerifier(secret.get().getBytes(StandardCharsets.UTF_8)));
    } catch (JOSEException e) {
      LOG.error("the secret of a key is of no use", e);
      return Optional.empty();
    }
  }
}
