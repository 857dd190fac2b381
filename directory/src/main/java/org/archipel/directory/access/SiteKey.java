package org.archipel.directory.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of the site's data folder, and what is made with it: pseudonyms of persons, and sealed
 * texts in the database that are worth nothing to who has only the database. Losing the key changes
 * all pseudonyms and loses what was sealed. Thread-safe.
 */
public final class SiteKey {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int PSEUDONYM_BYTES = 15;

  private final byte[] pseudonyms;
  private final SecretKeySpec sealing;
  private final SecureRandom random;

  /**
   * The key of a site.
   *
   * @param secret at least 32 characters that nobody can guess
   */
  public SiteKey(String secret, SecureRandom random) {
    if (secret.length() < 32) {
      throw new IllegalArgumentException(
          "site key: " + secret.length() + " characters (expected: >= 32)");
    }
    byte[] root = secret.getBytes(StandardCharsets.UTF_8);
    this.pseudonyms = hmac(root, "archipel pseudonym 1");
    this.sealing = new SecretKeySpec(hmac(root, "archipel seal 1"), "AES");
    this.random = random;
  }

  /** Draws the secret of a new site. */
  public static String draw(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * What a person is called where nobody needs to know who it is: the same for the same person, and
   * not to be traced back without the key.
   */
  public String pseudonym(String issuer, String subject) {
    // The length parts the two: no pair of others can be joined to the same text.
    byte[] mac = hmac(pseudonyms, issuer.length() + " " + issuer + " " + subject);
    return "p-" + HexFormat.of().formatHex(mac, 0, PSEUDONYM_BYTES);
  }

  /**
   * Encrypts a text, with what it is for: it opens for nothing else.
   *
   * @param purpose for example {@code login}, or a key's id
   */
  public String seal(String purpose, String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, sealing, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
      byte[] body = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      byte[] all = new byte[nonce.length + body.length];
      System.arraycopy(nonce, 0, all, 0, nonce.length);
      System.arraycopy(body, 0, all, nonce.length, body.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  /** The text that was sealed for this purpose by this key; empty for anything else. */
  public Optional<String> open(String purpose, String sealed) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(sealed);
      if (all.length <= NONCE_BYTES) {
        return Optional.empty();
      }
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE, sealing, new GCMParameterSpec(TAG_BITS, all, 0, NONCE_BYTES));
      cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
      byte[] text = cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "SiteKey[…]";
  }
}
