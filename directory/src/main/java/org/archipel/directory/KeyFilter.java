package org.archipel.directory;

import java.util.Optional;
import org.archipel.directory.access.Visible;

/**
 * Which keys are wanted.
 *
 * @param organization those of this organization
 * @param project those of this project of the organization; only together with it
 * @param visible those that may be seen
 */
public record KeyFilter(Optional<String> organization, Optional<String> project, Visible visible) {
  /** Every key. */
  public static final KeyFilter ALL =
      new KeyFilter(Optional.empty(), Optional.empty(), Visible.EVERYTHING);

  /**
   * Checks.
   *
   * @throws DirectoryException when there is a project without its organization
   */
  public KeyFilter {
    if (project.isPresent() && organization.isEmpty()) {
      throw Names.invalid("project", Names.shown(project.get()), "together with its organization");
    }
  }
}
