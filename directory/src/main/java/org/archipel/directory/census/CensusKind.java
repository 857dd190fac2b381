package org.archipel.directory.census;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an entry of the census says. */
public enum CensusKind {
  /** The organization has it. */
  DECLARED,
  /** The organization wants it. */
  WANTED;

  /** The word for it in the API and the store. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of that word, if there is one. */
  public static Optional<CensusKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }
}
