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
  private final ConcurrentMap<String, Entry> byId = new ConcurrentHashMap<>();
  private final ThreadLocal<Hasher> hashers = ThreadLocal.withInitial(Hasher::new);

  LoadedKeys(Clock clock) {
    this.clock = clock;
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
    if (now >= entry.expiresAtMillis) {
      return Rejected.EXPIRED;
    }
    if (now - entry.lastUsedMillis >= LAST_USE_STEP_MILLIS) {
      entry.lastUsedMillis = now;
    }
    return entry.accepted;
  }

  void add(ApiKey key, String secretHash) {
    byId.put(key.id(), new Entry(key, HexFormat.of().parseHex(secretHash)));
  }

  /** The key is refused from now on; nothing happens when there is none. */
  void revoke(String id) {
    Entry entry = byId.get(id);
    if (entry != null) {
      entry.revoked = true;
    }
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

  private static final class Entry {
    static final long NEVER_USED = Long.MIN_VALUE / 2;

    final Accepted accepted;
    final byte[] secretHash;
    final long expiresAtMillis;
    volatile boolean revoked;
    volatile long lastUsedMillis;
    volatile long savedUseMillis;

    Entry(ApiKey key, byte[] secretHash) {
      this.accepted =
          new Accepted(new Caller(key.id(), key.organization(), key.project(), key.terms()));
      this.secretHash = secretHash;
      this.expiresAtMillis = key.expiresAt().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
      this.revoked = key.revokedAt().isPresent();
      this.lastUsedMillis = key.lastUsedAt().map(Instant::toEpochMilli).orElse(NEVER_USED);
      this.savedUseMillis = lastUsedMillis;
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
