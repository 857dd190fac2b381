package org.archipel.directory;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom to reach at an organization.
 *
 * @param name of a person or an office, at most 200 characters
 * @param email at most 254 characters
 * @param role for example « DPO », at most 200 characters
 */
public record Contact(String name, String email, Optional<String> role) {
  /** Only what would surely not arrive is refused: the rest the mail server knows. */
  private static final Pattern EMAIL = Pattern.compile("[^@\\s,;<>\"]{1,64}@[^@\\s,;<>\"]{1,189}");

  private static final int LONGEST = 200;

  /**
   * Checks.
   *
   * @throws DirectoryException when a part has not its form
   */
  public Contact {
    Names.checkText("contacts.name", Optional.of(name), LONGEST);
    Names.checkText("contacts.role", role, LONGEST);
    if (!EMAIL.matcher(email).matches()) {
      throw Names.invalid("contacts.email", Names.shown(email), "an address like office@univ.fr");
    }
    Names.checkText("contacts.email", Optional.of(email), LONGEST + 54);
  }
}
