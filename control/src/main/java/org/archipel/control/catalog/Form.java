package org.archipel.control.catalog;

import java.util.regex.Pattern;
import org.archipel.control.catalog.CatalogException.Kind;

/** The form of what people may call things: the same as in the configuration file. */
enum Form {
  MODEL_NAME(
      "[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}",
      "1 to 200 letters, digits and any of . _ : / @ + -, as in mistral-small"),
  UPSTREAM_NAME("[\\x21-\\x7e]{1,200}", "1 to 200 visible ASCII characters"),
  ENGINE_ID(
      "[A-Za-z0-9\\[][]A-Za-z0-9._:-]{0,99}",
      "1 to 100 letters, digits and any of . _ : -, as in gpu1"),
  ORGANIZATION(
      "[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?",
      "1 to 64 lower-case letters, digits and hyphens, as in univ-rennes"),
  LABEL(
      "[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?",
      "1 to 64 lower-case letters, digits and hyphens, as in secnumcloud"),
  DEVICE(
      "[a-z0-9][a-z0-9.-]{0,62}", "lower-case letters, digits, dots and hyphens, as in h100-sxm"),
  API_KEY("[\\x21-\\x7e]{1,4096}", "1 to 4096 visible ASCII characters");

  private static final int LONGEST_SHOWN = 80;

  private final Pattern pattern;
  private final String expected;

  Form(String pattern, String expected) {
    this.pattern = Pattern.compile(pattern);
    this.expected = expected;
  }

  void check(String field, String value) {
    if (!pattern.matcher(value).matches()) {
      String shown = this == API_KEY ? "not a key" : shown(value);
      throw invalid(field, shown, expected);
    }
  }

  static CatalogException invalid(String field, String value, String expected) {
    return new CatalogException(
        Kind.INVALID, field + ": " + value + " (expected: " + expected + ")");
  }

  /** A value for a message: printable ASCII, and not endless. */
  static String shown(String value) {
    String printable = value.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= LONGEST_SHOWN
        ? "\"" + printable + "\""
        : "\"" + printable.substring(0, LONGEST_SHOWN) + "…\"";
  }
}
