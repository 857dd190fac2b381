package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * What the consortium allows an organization.
 *
 * @param id 12 characters
 * @param organization the organization's name
 * @param project the one project that it is for; empty for all of the organization
 * @param terms what is allowed, and when
 * @param source where it comes from
 * @param createdAt to the millisecond
 * @param version 1, and one more with each change
 */
public record Entitlement(
    String id,
    String organization,
    Optional<String> project,
    EntitlementTerms terms,
    Source source,
    Instant createdAt,
    long version) {

  /**
   * Where an entitlement comes from.
   *
   * @param request the id of the access request that was approved, if one was
   * @param decision which decision, for people
   * @param by whose act made it, as {@code kind:id}
   */
  public record Source(Optional<String> request, String decision, String by) {}

  /** Whether it is for a project. */
  boolean covers(String name) {
    return project.isEmpty() || project.get().equals(name);
  }
}
