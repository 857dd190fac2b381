package org.archipel.directory;

import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.archipel.directory.KeyCheck.Accepted;
import org.archipel.directory.KeyCheck.Rejected;

/** All keys of the site in memory. Revoked and expired ones stay, to be refused by name. */
final class LoadedKeys implements KeyRing {
  /** How exact the last use is: a busy key is then written to once a second, not at each check. */
  private static final long LAST_USE_STEP_MILLIS = 1_000;

  private final Clock clock;
  private final Standings standings;
  private final ConcurrentMap<String, Entry> byId = new ConcurrentHashMap<>();
  private final ThreadLocal<Hasher> hashers = ThreadLocal.withInitial(Hasher::new);

  LoadedKeys(Clock clock, Standings standings) {
    this.clock = clock;
    this.standings = standings;
  }

  @Override
  public KeyCheck check(String presented) {
    if (!KeyText.hasFrame(presented)) {
      return Rejected.UNKNOWN;
    }
    Entry entry = byId.get(KeyText.id(presented));
    // Ids are no secret, so it may be seen from the time taken that one exists.
    if (entry == null || !hashers.get().matches(presented, entry.secretHash)) {
      return Rejected.UNKNOWN;
    }
    // Only who has the secret learns more.
    if (entry.revoked) {
      return Rejected.REVOKED;
    }
    long now = clock.millis();
    KeyCheck verdict = entry.verdict(now);
    if (verdict instanceof Accepted && now - entry.lastUsedMillis >= LAST_USE_STEP_MILLIS) {
      entry.lastUsedMillis = now;
    }
    return verdict;
  }

  KeyCheck admit(Caller known) {
    Standing standing = standings.of(known.organization());
    if (standing.suspended()) {
      return Rejected.SUSPENDED;
    }
    if (standing.archived().contains(known.project())) {
      return Rejected.ARCHIVED;
    }
    Grants own = known.grants();
    Optional<List<Allowance>> allowances =
        standing.allowed(known.project(), clock.millis()).allowances();
    Grants grants = new Grants(own.models(), allowances, own.requiredLabels(), own.scopes());
    return new Accepted(
        new Caller(
            known.key(),
            known.organization(),
            known.project(),
            known.terms(),
            known.person(),
            grants,
            known.userProof()));
  }

  void add(ApiKey key, String secretHash) {
    Standings.Place place = standings.place(key.organization());
    byId.put(key.id(), new Entry(key, HexFormat.of().parseHex(secretHash), place));
  }

  /** From now on the key is as it is here; nothing happens when there is none. */
  void change(ApiKey key) {
    Entry entry = byId.get(key.id());
    if (entry != null) {
      entry.key = key;
    }
  }

  /** The key is refused from now on; nothing happens when there is none. */
  void revoke(String id) {
    Entry entry = byId.get(id);
    if (entry != null) {
      entry.revoked = true;
    }
  }

  /** The key of an id, as it is held here. */
  Optional<ApiKey> find(String id) {
    return Optional.ofNullable(byId.get(id)).map(entry -> entry.key);
  }

  /** The key as it is stored, with a later use when one is remembered here. */
  ApiKey withLastUse(ApiKey stored) {
    Entry entry = byId.get(stored.id());
    return entry == null ? stored : stored.withLastUsedAt(entry.lastUsedAt());
  }

  /** Uses that were not yet confirmed as saved. */
  List<LastUse> unsavedUses() {
    List<LastUse> uses = new ArrayList<>();
    byId.forEach(
        (id, entry) -> {
          long used = entry.lastUsedMillis;
          if (used > entry.savedUseMillis) {
            uses.add(new LastUse(id, used));
          }
        });
    return uses;
  }

  void saved(List<LastUse> uses) {
    for (LastUse use : uses) {
      Entry entry = byId.get(use.id());
      if (entry != null) {
        entry.savedUseMillis = use.atMillis();
      }
    }
  }

  /** A key's last use, in milliseconds since 1970. */
  record LastUse(String id, long atMillis) {}

  /**
   * What a key's check answers, worked out once and true as long as the key and the standing are
   * these very objects and the time is between the two.
   */
  private record Verdict(
      KeyCheck answer, ApiKey key, Standing standing, long fromMillis, long untilMillis) {
    /** Identity, not equality: a change puts a new object in place of the old. */
    @SuppressWarnings("ReferenceEquality")
    boolean holds(ApiKey nowKey, Standing nowStanding, long nowMillis) {
      return key == nowKey
          && standing == nowStanding
          && fromMillis <= nowMillis
          && nowMillis < untilMillis;
    }

    static Verdict of(ApiKey key, Standing standing, long now) {
      long expiry = key.expiresAt().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
      if (now >= expiry) {
        return new Verdict(Rejected.EXPIRED, key, standing, expiry, Long.MAX_VALUE);
      }
      if (standing.suspended()) {
        return new Verdict(Rejected.SUSPENDED, key, standing, Long.MIN_VALUE, expiry);
      }
      if (standing.archived().contains(key.project())) {
        return new Verdict(Rejected.ARCHIVED, key, standing, Long.MIN_VALUE, expiry);
      }
      Standing.Allowed allowed = standing.allowed(key.project(), now);
      Accepted accepted = new Accepted(caller(key, allowed.allowances()));
      return new Verdict(
          accepted, key, standing, allowed.from(), Math.min(expiry, allowed.until()));
    }

    private static Caller caller(ApiKey key, Optional<List<Allowance>> allowances) {
      KeyProfile profile = key.profile();
      Grants grants =
          new Grants(profile.models(), allowances, profile.requiredLabels(), profile.scopes());
      return new Caller(
          key.id(),
          key.organization(),
          key.project(),
          profile.terms(),
          Optional.empty(),
          grants,
          profile.userProof());
    }
  }

  private static final class Entry {
    static final long NEVER_USED = Long.MIN_VALUE / 2;

    final byte[] secretHash;
    final Standings.Place place;
    volatile ApiKey key;
    volatile Verdict verdict;
    volatile boolean revoked;
    volatile long lastUsedMillis;
    volatile long savedUseMillis;

    Entry(ApiKey key, byte[] secretHash, Standings.Place place) {
      this.key = key;
      this.place = place;
      this.secretHash = secretHash;
      this.verdict = new Verdict(Rejected.UNKNOWN, key, Standing.UNKNOWN, 0, 0);
      this.revoked = key.revokedAt().isPresent();
      this.lastUsedMillis = key.lastUsedAt().map(Instant::toEpochMilli).orElse(NEVER_USED);
      this.savedUseMillis = lastUsedMillis;
    }

    KeyCheck verdict(long now) {
      ApiKey known = key;
      Standing standing = place.standing();
      Verdict last = verdict;
      if (!last.holds(known, standing, now)) {
        last = Verdict.of(known, standing, now);
        verdict = last;
      }
      return last.answer();
    }

    Optional<Instant> lastUsedAt() {
      long at = lastUsedMillis;
      return at == NEVER_USED ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }
  }

  /** One thread's digest with its buffers: a check then allocates next to nothing. */
  private static final class Hasher {
    private final MessageDigest digest = KeyText.sha256();
    private final byte[] secret = new byte[KeyText.SECRET_LENGTH];
    private final byte[] hash = new byte[digest.getDigestLength()];

    boolean matches(String presented, byte[] expected) {
      try {
        if (!KeyText.copySecret(presented, secret)) {
          return false;
        }
        digest.update(secret);
        digest.digest(hash, 0, hash.length);
        return MessageDigest.isEqual(hash, expected);
      } catch (DigestException e) {
        throw new IllegalStateException("the buffer has the digest's own length", e);
      } finally {
        Arrays.fill(secret, (byte) 0);
      }
    }
  }
}
