package org.archipel.directory.access;

import java.util.Optional;
import java.util.Set;

/**
 * What a subject may see of a list: all of it, or what belongs to these organizations and projects.
 * It is for the query that makes the list: filtering after a page was cut would leak and skip.
 *
 * @param all whether nothing is hidden; the sets are empty then
 * @param organizations names of organizations of which everything is visible
 * @param projects single projects of others
 */
public record Visible(boolean all, Set<String> organizations, Set<Scope.Project> projects) {
  /** Nothing is hidden. */
  public static final Visible EVERYTHING = new Visible(true, Set.of(), Set.of());

  public Visible {
    organizations = Set.copyOf(organizations);
    projects = Set.copyOf(projects);
  }

  /** Whether a thing of an organization, or of one of its projects, is visible. */
  public boolean shows(String organization, Optional<String> project) {
    return all
        || organizations.contains(organization)
        || project.map(name -> new Scope.Project(organization, name)).stream()
            .anyMatch(projects::contains);
  }

  /** Whether nothing at all is visible. */
  public boolean nothing() {
    return !all && organizations.isEmpty() && projects.isEmpty();
  }
}
