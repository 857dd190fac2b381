package org.archipel.ledger;

import java.util.List;

/**
 * Whose usage may be told: everybody's, or that of some organizations and projects.
 *
 * @param all whether it is everybody's; the lists do not matter then
 * @param organizations organizations with all of their projects
 * @param projects single projects of others
 */
public record UsageScope(boolean all, List<String> organizations, List<Project> projects) {
  /** Everybody's. */
  public static final UsageScope EVERYBODY = new UsageScope(true, List.of(), List.of());

  public UsageScope {
    organizations = List.copyOf(organizations);
    projects = List.copyOf(projects);
  }

  /** A project of an organization, by their names. */
  public record Project(String organization, String name) {}
}
