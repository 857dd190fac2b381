package org.archipel.directory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What can be changed of a project.
 *
 * @param displayName at most 200 characters
 * @param purpose what it is for, at most 2,000 characters
 */
public record ProjectProfile(Optional<String> displayName, Optional<String> purpose) {
  /** Nothing is known. */
  public static final ProjectProfile NONE = new ProjectProfile(Optional.empty(), Optional.empty());

  /** How long a purpose may be, in characters. */
  static final int LONGEST_PURPOSE = 2_000;

  private static final int LONGEST_NAME = 200;

  /**
   * Checks.
   *
   * @throws DirectoryException when a text has not its form
   */
  public ProjectProfile {
    Names.checkText("display_name", displayName, LONGEST_NAME);
    Names.checkProse("purpose", purpose, LONGEST_PURPOSE);
  }

  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    displayName.ifPresent(text -> all.put("display_name", text));
    purpose.ifPresent(text -> all.put("purpose", text));
    return all;
  }
}
