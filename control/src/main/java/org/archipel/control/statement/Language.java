package org.archipel.control.statement;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A language that statements are written in. */
public enum Language {
  ENGLISH("en", ".", ","),
  FRENCH("fr", ",", "\u00a0");

  private final String code;
  private final String point;
  private final String groups;

  Language(String code, String point, String groups) {
    this.code = code;
    this.point = point;
    this.groups = groups;
  }

  /** As HTML and HTTP name it. */
  public String code() {
    return code;
  }

  /** Between whole and broken parts of a number. */
  String point() {
    return point;
  }

  /** Between thousands; never broken at the end of a line. */
  String groups() {
    return groups;
  }

  /** The language of a code, if it is one of these. */
  public static Optional<Language> of(String code) {
    return Arrays.stream(values()).filter(language -> language.code.equals(code)).findFirst();
  }

  /** The first of these that a browser asks for; English when it asks for none. */
  public static Language accepted(String acceptLanguage) {
    for (String range : acceptLanguage.split(",", -1)) {
      String primary = range.strip().toLowerCase(Locale.ROOT).replaceFirst("[-;].*", "");
      Optional<Language> found = of(primary);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return ENGLISH;
  }
}
