package org.archipel.directory;

import java.util.Locale;

/** What an organization is to the consortium. */
public enum OrganizationKind {
  /**
   * It owns engines. At its own site (the one whose directory knows it) it may use every model
   * without an entitlement.
   */
  CONTRIBUTOR,
  /** It only consumes: it may use nothing without an entitlement. */
  BENEFICIARY;

  /** The word for it in the API and on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of a word.
   *
   * @throws DirectoryException when there is none
   */
  public static OrganizationKind of(String word) {
    return Words.parsed("kind", word, values(), OrganizationKind::word);
  }
}
