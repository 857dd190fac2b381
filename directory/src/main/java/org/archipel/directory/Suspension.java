package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * Why an organization may do nothing for now.
 *
 * @param since to the millisecond
 * @param why 1 to {@value #LONGEST_WHY} characters, for the people of the organization
 */
public record Suspension(Instant since, String why) {
  private static final int LONGEST_WHY = 500;

  /**
   * Checks.
   *
   * @throws DirectoryException when the reason has not its form
   */
  public Suspension {
    Names.checkText("why", Optional.of(why), LONGEST_WHY);
  }
}
