package org.archipel.control.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Caller;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.SiteKey;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognizes persons by the access tokens (JWT) of providers that the site trusts. A token that was
 * found good is known from memory, at most for {@link #KEPT} and never beyond its end; what must
 * stop somebody within a second (suspension of the person, the organization, the archiving of the
 * project) is looked at each time. Thread-safe; {@link #check} never blocks.
 */
public final class AccessTokens {
  /** How long a token stays good without its signature being looked at again. */
  static final Duration KEPT = Duration.ofMinutes(5);

  /** So many tokens are known at a time: some megabytes. */
  private static final int MOST_KNOWN = 20_000;

  /** So many are being looked at; beyond, callers are told to come again. */
  private static final int MOST_PENDING = 64;

  private static final int LONGEST = 8 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);

  /**
   * What is asked of the directory.
   *
   * @param key makes pseudonyms
   * @param exists whether there is such a project; may block and throw {@link StorageException}
   * @param admit judges a caller by how its organization and project stand, from memory
   * @param suspended whether a pseudonym is of somebody who may do nothing, from memory
   */
  public record Ports(
      SiteKey key,
      Predicate<Scope.Project> exists,
      Function<Caller, KeyCheck> admit,
      Predicate<String> suspended) {}

  private final Map<String, Trusted> byIssuer;
  private final Ports ports;
  private final Clock clock;
  private final Remembered<Caller> known = new Remembered<>(MOST_KNOWN);
  private final Semaphore pending = new Semaphore(MOST_PENDING);

  /** Projects that were found: none of them can cease to exist. */
  private final Set<Scope.Project> found = ConcurrentHashMap.newKeySet();

  private record Trusted(Provider provider, TokenChecks checks) {}

  /** Tokens of those of the providers whose options want any. */
  public AccessTokens(List<Provider> providers, Ports ports, Clock clock) {
    this.byIssuer =
        providers.stream()
            .filter(provider -> provider.options().inference().wanted())
            .collect(
                Collectors.toUnmodifiableMap(
                    provider -> provider.options().issuer(),
                    provider ->
                        new Trusted(provider, new TokenChecks(provider.options().inference()))));
    this.ports = ports;
    this.clock = clock;
  }

  /** Whether a text may be a token that is taken here. */
  public boolean mayBe(String presented) {
    return !byIssuer.isEmpty() && presented.startsWith("eyJ");
  }

  /** Checks a text that may be a token. */
  public KeyCheck check(String presented) {
    if (presented.length() > LONGEST) {
      return Rejected.TOKEN;
    }
    String name = Remembered.name(presented);
    Optional<Caller> caller = known.find(name, clock.millis());
    return caller.isPresent()
        ? judged(caller.get())
        : new KeyCheck.Pending(() -> decide(presented, name));
  }

  private KeyCheck judged(Caller caller) {
    return caller.person().filter(ports.suspended()).isPresent()
        ? Rejected.PERSON_SUSPENDED
        : ports.admit().apply(caller);
  }

  private KeyCheck decide(String presented, String name) {
    if (!pending.tryAcquire()) {
      return Rejected.UNAVAILABLE;
    }
    try {
      return decided(SignedJWT.parse(presented), name);
    } catch (ParseException | BadJOSEException e) {
      LOG.debug("an access token was refused", e);
      return Rejected.TOKEN;
    } catch (SignInException | StorageException | JOSEException e) {
      LOG.warn("an access token could not be checked: {}", e.getMessage());
      return Rejected.UNAVAILABLE;
    } finally {
      pending.release();
    }
  }

  private KeyCheck decided(SignedJWT token, String name)
      throws ParseException, BadJOSEException, JOSEException {
    JWTClaimsSet said = token.getJWTClaimsSet();
    Trusted trusted = byIssuer.get(TokenChecks.issuer(said));
    if (trusted == null || !Provider.ALGORITHMS.contains(token.getHeader().getAlgorithm())) {
      return Rejected.TOKEN;
    }
    // Cheap ones first: most tokens that are not good are old.
    Optional<Rejected> refusal =
        trusted.checks().refusal(token.getHeader().getType(), said, clock.millis());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Provider provider = trusted.provider();
    JWTClaimsSet claims = verified(token, provider);
    Optional<Scope.Project> place = provider.place(claims.getClaims()).filter(this::exists);
    if (place.isEmpty()) {
      LOG.info("somebody with a good token of {} has no project here", provider.options().id());
      return Rejected.TOKEN_WITHOUT_PLACE;
    }
    Caller caller = caller(provider.options(), claims.getSubject(), place.get());
    long end = claims.getExpirationTime().toInstant().toEpochMilli() + Provider.SKEW.toMillis();
    known.put(name, caller, Math.min(end, clock.millis() + KEPT.toMillis()));
    return judged(caller);
  }

  private static JWTClaimsSet verified(SignedJWT token, Provider provider)
      throws BadJOSEException, JOSEException {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(provider.selector());
    // Types and claims were looked at: here it is about the signature.
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(token.getHeader().getType()));
    processor.setJWTClaimsSetVerifier(null);
    return processor.process(token, null);
  }

  private boolean exists(Scope.Project place) {
    if (found.contains(place)) {
      return true;
    }
    boolean exists = ports.exists().test(place);
    if (exists) {
      found.add(place);
    }
    return exists;
  }

  private Caller caller(ProviderOptions options, String subject, Scope.Project place) {
    Grants grants =
        new Grants(
            AllowedModels.ALL,
            Optional.empty(),
            Set.of(),
            Set.of(org.archipel.directory.Scope.INFERENCE));
    return new Caller(
        "oidc-" + options.id(),
        place.organization(),
        place.name(),
        KeyTerms.DEFAULT,
        Optional.of(ports.key().pseudonym(options.issuer(), subject)),
        grants);
  }
}
