package org.archipel.storage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets that a site has to send on (an engine's API key), so that who reads the database or
 * a backup of it has none of them. AES-256-GCM; the key lies in the data folder and not in the
 * database. Thread-safe.
 */
public final class SiteKey {
  /** Before each sealed text: how it was sealed. */
  private static final String FORM = "v1.";

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random;

  private SiteKey(byte[] key, SecureRandom random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  /** A new key as text, to be kept in a file that only its owner can read. */
  public static String generate(SecureRandom random) {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * A key that {@link #generate} made.
   *
   * @throws IllegalArgumentException when the text is none; it is not repeated
   */
  public static SiteKey of(String text, SecureRandom random) {
    String stripped = text.strip();
    if (!stripped.matches("[0-9a-f]{" + 2 * KEY_BYTES + "}")) {
      throw new IllegalArgumentException(
          "site key (expected: "
              + 2 * KEY_BYTES
              + " hexadecimal digits, as the first start wrote)");
    }
    return new SiteKey(HexFormat.of().parseHex(stripped), random);
  }

  /**
   * Seals a secret.
   *
   * @param purpose what it belongs to, for example {@code engine:gpu1}: it opens for nothing else
   */
  public String seal(String purpose, String secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, purpose);
      byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
      return FORM + text.encodeToString(nonce) + "." + text.encodeToString(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  /**
   * What was sealed; empty when it was sealed with another key, for another purpose, or altered.
   */
  public Optional<String> open(String purpose, String sealed) {
    String[] parts = sealed.split("\\.", -1);
    if (parts.length != 3 || !sealed.startsWith(FORM)) {
      return Optional.empty();
    }
    try {
      byte[] nonce = Base64.getUrlDecoder().decode(parts[1]);
      if (nonce.length != NONCE_BYTES) {
        return Optional.empty();
      }
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, purpose);
      byte[] secret = cipher.doFinal(Base64.getUrlDecoder().decode(parts[2]));
      return Optional.of(new String(secret, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "SiteKey[…]";
  }
}
