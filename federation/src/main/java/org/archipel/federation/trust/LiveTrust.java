package org.archipel.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whom this site trusts, in memory; {@link Follower} keeps it up to date. Thread-safe. */
final class LiveTrust implements Trust {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTrust.class);
  private static final int LONGEST_JTI = 128;

  private final Times times;
  private final TrustCounters counters;
  private final UsedTokens used;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final List<Consumer<Partner>> listeners = new CopyOnWriteArrayList<>();
  private volatile Consumer<String> doubts = _ -> {};

  LiveTrust(Times times, TrustCounters counters) {
    this.times = times;
    this.counters = counters;
    this.used = new UsedTokens(times.clock());
  }

  /** Who is told when an entity signs with a key that is not known here. */
  void onDoubt(Consumer<String> listener) {
    doubts = listener;
  }

  @Override
  public Verified verify(String compactJws, String typ, String audience) {
    return counted(() -> check(compactJws, typ, audience));
  }

  @Override
  public Verified verifyOnce(String compactJws, String typ, String audience) {
    return counted(
        () -> {
          Verified verified = check(compactJws, typ, audience);
          JWTClaimsSet claims = verified.claims();
          String id = claims.getJWTID();
          if (id == null || id.isEmpty() || id.length() > LONGEST_JTI) {
            throw new DistrustException(Distrust.MALFORMED, "jti (expected: 1 to 128 characters)");
          }
          used.use(
              verified.partner().entityId(),
              id,
              claims.getIssueTime().toInstant(),
              claims.getExpirationTime().toInstant().plus(Times.SKEW));
          return verified;
        });
  }

  private interface Check {
    Verified run();
  }

  private Verified counted(Check check) {
    try {
      return check.run();
    } catch (DistrustException e) {
      counters.refused(e.reason());
      LOG.info("a signed text of another site is refused: {}", e.getMessage());
      throw e;
    }
  }

  private Verified check(String compactJws, String typ, String audience) {
    SignedJWT text = Signatures.parse(compactJws, typ);
    if (!JWSAlgorithm.ES256.equals(text.getHeader().getAlgorithm())) {
      throw new DistrustException(Distrust.ALGORITHM_REFUSED, "alg (expected: ES256)");
    }
    JWTClaimsSet claims = Signatures.claims(text);
    String issuer = claims.getIssuer();
    Known entity = issuer == null ? null : known.get(issuer);
    if (entity == null) {
      throw new DistrustException(Distrust.UNKNOWN_PARTNER, "nobody here knows the issuer");
    }
    demandTrusted(entity);
    try {
      Signatures.verify(text, entity.keys());
    } catch (DistrustException e) {
      if (e.reason() == Distrust.KEY_UNKNOWN) {
        doubts.accept(entity.partner().entityId());
      }
      throw e;
    }
    if (claims.getIssueTime() == null || claims.getExpirationTime() == null) {
      throw new DistrustException(Distrust.MALFORMED, "iat or exp: missing");
    }
    times.check(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
    if (!claims.getAudience().equals(List.of(audience))) {
      throw new DistrustException(Distrust.WRONG_AUDIENCE, "aud (expected: this site alone)");
    }
    return new Verified(current(entity), claims);
  }

  private void demandTrusted(Known entity) {
    entity
        .why()
        .ifPresent(
            why -> {
              throw new DistrustException(why, AddressRules.shown(entity.partner().entityId()));
            });
    if (times.expired(entity.partner().chainExpires())) {
      throw new DistrustException(
          Distrust.EXPIRED, "the chain of " + AddressRules.shown(entity.partner().entityId()));
    }
  }

  @Override
  public Optional<Partner> partner(String entityId) {
    return entry(entityId).map(this::current);
  }

  @Override
  public List<Partner> partners() {
    return known.values().stream()
        .map(this::current)
        .sorted(Comparator.comparing(Partner::entityId))
        .toList();
  }

  /** As it is now: time alone ends trust. */
  private Partner current(Known entity) {
    boolean over = entity.partner().trusted() && times.expired(entity.partner().chainExpires());
    return over ? entity.distrusted(Distrust.EXPIRED).partner() : entity.partner();
  }

  @Override
  public Runnable subscribe(Consumer<Partner> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  // ---------------------------------------------------------------- for the follower

  Optional<Known> entry(String entityId) {
    return Optional.ofNullable(known.get(entityId));
  }

  List<Known> entries() {
    return List.copyOf(known.values());
  }

  /** The chain of an entity that is trusted now. */
  Optional<Chain> chain(String entityId) {
    return entry(entityId).filter(entity -> current(entity).trusted()).flatMap(Known::chain);
  }

  /** Those whose trust ended by time alone since they were last told of. */
  List<Known> overdue() {
    return known.values().stream()
        .filter(entity -> entity.partner().trusted())
        .filter(entity -> times.expired(entity.partner().chainExpires()))
        .toList();
  }

  /**
   * Takes what is known now.
   *
   * @return whether others see a difference
   */
  boolean put(Known now) {
    Known former = known.put(now.partner().entityId(), now);
    return tell(former == null ? Optional.empty() : Optional.of(former), now);
  }

  /** Changes what is known of an entity, if anything is. */
  boolean change(String entityId, UnaryOperator<Known> how) {
    Optional<Known> former = entry(entityId);
    return former.isPresent() && put(how.apply(former.get()));
  }

  private boolean tell(Optional<Known> former, Known now) {
    boolean different = former.filter(was -> was.partner().equals(now.partner())).isEmpty();
    if (different) {
      for (Consumer<Partner> listener : listeners) {
        try {
          listener.accept(now.partner());
        } catch (RuntimeException e) {
          // One that fails must not keep the others from hearing of a suspension.
          LOG.error("a listener of the federation failed", e);
        }
      }
    }
    return different;
  }
}
