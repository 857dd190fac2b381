package org.archipel.federation.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys with which this site signs, and their rotation with overlap. A new key is announced
 * first: published, but not signed with. When the superior has confirmed it and others had the time
 * to hear of it, it signs. The former key stays published until all that it signed has expired.
 *
 * <p>Every change is on the disk before it is in force, in one file that is replaced at once: a
 * process that is killed in the middle goes on where it was. Thread-safe.
 */
public final class SiteKeys implements SiteIdentity {
  /** How long a key is published before it signs, so that whoever keeps keys knows it. */
  static final Duration ANNOUNCED_FOR = Duration.ofSeconds(30);

  private final KeyFile file;
  private final String entityId;
  private final Clock clock;
  private final Duration keep;
  private final SecureRandom random;
  private volatile Held held;

  /** What a key is for now. */
  public enum Phase {
    /** Published, but not signed with yet. */
    ANNOUNCED,
    /** Signs. */
    ACTIVE,
    /** Signed, and is published until all that it signed has expired. */
    RETIRED,
    /** Was published once. */
    PAST
  }

  /**
   * A key of this site, as it may be shown.
   *
   * @param kid its id: its SHA-256 thumbprint
   * @param since when it entered its phase
   */
  public record SiteKeyState(String kid, Phase phase, Instant since) {}

  /** A key with its secret half; a past one has lost it. */
  record HeldKey(ECKey key, Phase phase, Instant since) {
    HeldKey to(Phase next, Instant now) {
      return new HeldKey(next == Phase.PAST ? key.toPublicJWK() : key, next, now);
    }
  }

  private record Held(List<HeldKey> keys, ECDSASigner signer, String kid) {}

  private SiteKeys(KeyFile file, String entityId, Clock clock, Duration keep, SecureRandom random) {
    this.file = file;
    this.entityId = entityId;
    this.clock = clock;
    this.keep = keep;
    this.random = random;
    this.held = held(file.read().orElseGet(this::first));
  }

  /**
   * Reads the keys of a site, or draws the first one.
   *
   * @param file made with mode 600 when it is missing
   * @param keep how long a retired key stays published: as long as the longest statement lives
   * @throws IllegalStateException when the file cannot be read or written, or is damaged
   */
  public static SiteKeys open(
      KeyFile file, String entityId, Clock clock, Duration keep, SecureRandom random) {
    return new SiteKeys(file, entityId, clock, keep, random);
  }

  private List<HeldKey> first() {
    List<HeldKey> keys = List.of(new HeldKey(draw(), Phase.ACTIVE, clock.instant()));
    file.write(keys);
    return keys;
  }

  private ECKey draw() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .secureRandom(random)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  @Override
  public String entityId() {
    return entityId;
  }

  @Override
  public String sign(String typ, JWTClaimsSet claims) {
    Held now = held;
    Date issued = Date.from(clock.instant());
    JWTClaimsSet whole =
        new JWTClaimsSet.Builder(claims).issuer(entityId).issueTime(issued).build();
    SignedJWT text =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(typ))
                .keyID(now.kid)
                .build(),
            whole);
    try {
      text.sign(now.signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the site's key does not sign", e);
    }
    return text.serialize();
  }

  /** The public keys that others may trust now. */
  public JWKSet published() {
    return new JWKSet(
        held.keys.stream()
            .filter(key -> key.phase != Phase.PAST)
            .<JWK>map(key -> key.key.toPublicJWK())
            .toList());
  }

  /** All keys there are and were, the active one first. */
  public List<SiteKeyState> states() {
    return held.keys.stream()
        .map(key -> new SiteKeyState(key.key.getKeyID(), key.phase, key.since))
        .toList();
  }

  /** Keys that are published no more, with when that ended: for {@code historical_keys}. */
  List<Map<String, Object>> historical() {
    List<Map<String, Object>> past = new ArrayList<>();
    for (HeldKey key : held.keys) {
      if (key.phase == Phase.PAST) {
        Map<String, Object> shown = key.key.toPublicJWK().toJSONObject();
        shown.put("exp", key.since.getEpochSecond());
        past.add(shown);
      }
    }
    return past;
  }

  /** The key that is announced and not in use yet. */
  Optional<SiteKeyState> announced() {
    return states().stream().filter(key -> key.phase == Phase.ANNOUNCED).findFirst();
  }

  /**
   * Announces a new key. When one is announced already, nothing changes.
   *
   * @return the kid of the key that will sign
   */
  public synchronized String announce() {
    Optional<SiteKeyState> under = announced();
    if (under.isPresent()) {
      return under.get().kid();
    }
    List<HeldKey> next = new ArrayList<>(held.keys);
    ECKey drawn = draw();
    next.add(new HeldKey(drawn, Phase.ANNOUNCED, clock.instant()));
    take(next);
    return drawn.getKeyID();
  }

  /** Signs with the announced key from now on, if it was announced for long enough. */
  synchronized boolean activate() {
    Instant now = clock.instant();
    boolean due =
        announced().filter(key -> !now.isBefore(key.since().plus(ANNOUNCED_FOR))).isPresent();
    if (due) {
      take(
          held.keys.stream()
              .map(
                  key ->
                      switch (key.phase) {
                        case ANNOUNCED -> key.to(Phase.ACTIVE, now);
                        case ACTIVE -> key.to(Phase.RETIRED, now);
                        case RETIRED, PAST -> key;
                      })
              .toList());
    }
    return due;
  }

  /** Takes back the keys of which everything has expired. */
  synchronized boolean forget() {
    Instant now = clock.instant();
    boolean due = held.keys.stream().anyMatch(key -> over(key, now));
    if (due) {
      take(held.keys.stream().map(key -> over(key, now) ? key.to(Phase.PAST, now) : key).toList());
    }
    return due;
  }

  private boolean over(HeldKey key, Instant now) {
    return key.phase == Phase.RETIRED && !now.isBefore(key.since.plus(keep).plus(Times.SKEW));
  }

  private void take(List<HeldKey> next) {
    file.write(next);
    held = held(next);
  }

  private static Held held(List<HeldKey> keys) {
    List<HeldKey> ordered = new ArrayList<>(keys);
    ordered.sort((a, b) -> Boolean.compare(b.phase == Phase.ACTIVE, a.phase == Phase.ACTIVE));
    if (ordered.isEmpty() || ordered.getFirst().phase != Phase.ACTIVE) {
      throw new IllegalStateException("the file of the federation's keys has no active key");
    }
    HeldKey active = ordered.getFirst();
    try {
      return new Held(List.copyOf(ordered), new ECDSASigner(active.key), active.key.getKeyID());
    } catch (JOSEException e) {
      throw new IllegalStateException("the active key of the federation cannot sign", e);
    }
  }
}
