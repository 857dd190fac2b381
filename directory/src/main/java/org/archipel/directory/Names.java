package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.archipel.directory.DirectoryException.Kind;

/** The form of what people may call things, and how a wrong value is shown back to them. */
final class Names {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
  private static final int LONGEST_LABEL = 200;
  private static final int LONGEST_SHOWN = 80;

  /** Later ones are mistakes, and some do not fit into a count of milliseconds. */
  private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private Names() {}

  static void checkSlug(String what, String name) {
    if (!SLUG.matcher(name).matches()) {
      throw invalid(what, shown(name), "1 to 64 of a-z, 0-9 and '-', with no '-' at either end");
    }
  }

  static void checkLabel(Optional<String> label) {
    label.ifPresent(
        text -> {
          int length = text.codePointCount(0, text.length());
          if (text.isBlank() || length > LONGEST_LABEL || !printable(text)) {
            throw invalid("label", shown(text), "1 to " + LONGEST_LABEL + " printable characters");
          }
        });
  }

  static void checkExpiry(Optional<Instant> expiry, Instant now) {
    expiry.ifPresent(
        at -> {
          if (!at.isAfter(now) || at.isAfter(LATEST_EXPIRY)) {
            throw invalid("expires_at", at.toString(), "after now, " + now + ", until year 9999");
          }
        });
  }

  static DirectoryException invalid(String what, String value, String expected) {
    return new DirectoryException(
        Kind.INVALID, what + ": " + value + " (expected: " + expected + ")");
  }

  /** A value for a message: no control characters for a terminal or a log, and not endless. */
  static String shown(String value) {
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST_SHOWN)
        .forEach(c -> text.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    boolean cut = value.codePointCount(0, value.length()) > LONGEST_SHOWN;
    return value.isEmpty() ? "\"\"" : text.append(cut ? "…" : "").toString();
  }

  private static boolean printable(String text) {
    return text.codePoints().allMatch(Names::isPrintable);
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
