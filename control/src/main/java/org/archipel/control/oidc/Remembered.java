package org.archipel.control.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * What tokens were found to be, until a moment that each has: bounded, and by the tokens' SHA-256,
 * so that memory holds none of them. Thread-safe, never blocking.
 */
final class Remembered<T> {
  private record Entry<T>(T value, long untilMillis) {}

  private final Cache<String, Entry<T>> entries;

  Remembered(int most) {
    // Trimming on whoever calls takes microseconds, and no pool of threads.
    this.entries = Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
  }

  /** By what a token is known here. */
  static String name(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  Optional<T> find(String name, long nowMillis) {
    Entry<T> entry = entries.getIfPresent(name);
    if (entry == null) {
      return Optional.empty();
    }
    if (nowMillis >= entry.untilMillis()) {
      entries.invalidate(name);
      return Optional.empty();
    }
    return Optional.of(entry.value());
  }

  void put(String name, T value, long untilMillis) {
    entries.put(name, new Entry<>(value, untilMillis));
  }
}
