package org.archipel.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * The text of audit entries: what may stand in it, and its one canonical form for hashing.
 *
 * <p>Each field is written as its length in bytes, a colon and its bytes, so that no two different
 * entries have the same form, whatever they hold.
 */
final class AuditText {
  /** The hash before the first entry. */
  static final String NO_HASH = "0".repeat(64);

  private AuditText() {}

  /**
   * Text that every store gives back as it was, and at most {@code longest} characters of it. An
   * entry is shortened rather than refused: no change may fail for its own description.
   */
  static String clean(String text, int longest) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
    text.codePoints().limit(longest).forEach(c -> clean.appendCodePoint(kept(c) ? c : '\uFFFD'));
    if (text.codePointCount(0, text.length()) > longest) {
      clean.setLength(clean.offsetByCodePoints(clean.length(), -1));
      clean.append('…');
    }
    return clean.toString();
  }

  private static boolean kept(int c) {
    return (c >= ' ' && c != 0x7f && Character.getType(c) != Character.SURROGATE)
        || c == '\n'
        || c == '\t';
  }

  /** SHA-256 of a row after the one with {@code previous}, in hexadecimal. */
  static String hash(String previous, AuditRow row) {
    MessageDigest digest = sha256();
    add(digest, previous);
    add(digest, Long.toString(row.sequence()));
    add(digest, Long.toString(row.at()));
    add(digest, row.kind());
    add(digest, row.id());
    add(digest, row.action());
    add(digest, row.subject());
    add(digest, row.organization().map(name -> "of " + name).orElse("none"));
    new TreeMap<>(row.details())
        .forEach(
            (name, value) -> {
              add(digest, name);
              add(digest, value);
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
