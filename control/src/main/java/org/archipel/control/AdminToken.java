package org.archipel.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The administrator's token, kept as a hash. Comparing takes the same time whatever is presented.
 */
public final class AdminToken {
  private static final String BEARER = "bearer ";

  /** Longer headers are refused before they cost a hash. */
  private static final int MAX_HEADER = 1024;

  private final byte[] hash;

  /**
   * A token that is asked for on every call of the API.
   *
   * @throws IllegalArgumentException when it is shorter than 16 characters, so easily guessed
   */
  public AdminToken(String token) {
    if (token.length() < 16) {
      throw new IllegalArgumentException(
          "administrator's token: " + token.length() + " characters (expected: >= 16)");
    }
    this.hash = sha256(token);
  }

  /** Whether an {@code Authorization} header carries the token. */
  boolean matches(String authorization) {
    if (authorization.length() > MAX_HEADER
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return false;
    }
    return MessageDigest.isEqual(hash, sha256(authorization.substring(BEARER.length()).strip()));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "AdminToken[…]";
  }
}
