package org.archipel.directory.quota;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where events are told, as an operator configured it.
 *
 * @param url {@code http} or {@code https}; may hold a secret, so it is neither stored nor logged
 *     beyond its host
 * @param secret both sides know it: it signs what is told
 */
public record Webhook(URI url, String secret) {
  /** Its name in the database, which stays the same as long as its URL does. */
  String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(url.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Without its secrets. */
  @Override
  public String toString() {
    return "Webhook[" + url.getHost() + ", …]";
  }
}
