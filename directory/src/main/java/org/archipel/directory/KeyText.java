package org.archipel.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The text of a key, {@code ark-<id>-<secret>}: of one length and only letters and digits beside
 * the two hyphens, so that it can be copied, searched for in leaks, and refused cheaply.
 *
 * <p>Only the SHA-256 of the secret is kept. A slow password hash would add nothing: it makes
 * guessing expensive where people choose the secret, and these have 190 random bits. (NIST SP
 * 800-63B §5.1.2.2: salt and a key derivation function are for look-up secrets below 112 bits; from
 * there on an approved hash is enough.)
 */
final class KeyText {
  static final int SECRET_LENGTH = 32;
  private static final String PREFIX = "ark-";
  private static final int ID_LENGTH = 12;
  private static final int SECRET_AT = PREFIX.length() + ID_LENGTH + 1;
  private static final int LENGTH = SECRET_AT + SECRET_LENGTH;

  /** Crockford's base 32: no i, l, o, u, since people read ids to one another. */
  private static final String ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final String SECRET_LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private KeyText() {}

  static String drawId(SecureRandom random) {
    return draw(random, ID_LETTERS, ID_LENGTH);
  }

  static String drawSecret(SecureRandom random) {
    return draw(random, SECRET_LETTERS, SECRET_LENGTH);
  }

  private static String draw(SecureRandom random, String letters, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  static String of(String id, String secret) {
    return PREFIX + id + "-" + secret;
  }

  static boolean isId(String text) {
    return text.length() == ID_LENGTH && text.chars().allMatch(c -> ID_LETTERS.indexOf(c) >= 0);
  }

  static String secretHash(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a text has the frame of a key; it says nothing about the letters of the secret. */
  static boolean hasFrame(String text) {
    return text.length() == LENGTH && text.startsWith(PREFIX) && text.charAt(SECRET_AT - 1) == '-';
  }

  static String id(String framed) {
    return framed.substring(PREFIX.length(), SECRET_AT - 1);
  }

  /** Copies the secret's letters; false when one of them cannot be one. */
  static boolean copySecret(String framed, byte[] target) {
    for (int i = 0; i < SECRET_LENGTH; i++) {
      char c = framed.charAt(SECRET_AT + i);
      boolean letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letter) {
        return false;
      }
      target[i] = (byte) c;
    }
    return true;
  }
}
