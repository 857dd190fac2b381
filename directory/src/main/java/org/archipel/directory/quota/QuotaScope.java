package org.archipel.directory.quota;

import java.util.Optional;

/**
 * Whose use a quota limits.
 *
 * @param level where it stands
 * @param organization the organization's name
 * @param project the project's name; empty for an organization
 * @param key the key's id; only for a key
 */
public record QuotaScope(
    QuotaLevel level, String organization, Optional<String> project, Optional<String> key) {

  /** All that an organization uses. */
  public static QuotaScope organization(String name) {
    return new QuotaScope(QuotaLevel.ORGANIZATION, name, Optional.empty(), Optional.empty());
  }

  /** All that an organization uses, under what its entitlements allow. */
  public static QuotaScope entitlement(String organization) {
    return new QuotaScope(QuotaLevel.ENTITLEMENT, organization, Optional.empty(), Optional.empty());
  }

  /** All that a project uses. */
  public static QuotaScope project(String organization, String name) {
    return new QuotaScope(QuotaLevel.PROJECT, organization, Optional.of(name), Optional.empty());
  }

  /** What one key uses. */
  public static QuotaScope key(String organization, String project, String id) {
    return new QuotaScope(QuotaLevel.KEY, organization, Optional.of(project), Optional.of(id));
  }

  /**
   * The quota's id, for example {@code project:univ-rennes:chat}. Names of the directory have no
   * colon in them, so there are no two of the same.
   */
  public String id() {
    return switch (level) {
      case ORGANIZATION, ENTITLEMENT -> level.word() + ":" + organization;
      case PROJECT -> level.word() + ":" + organization + ":" + project.orElseThrow();
      case KEY -> level.word() + ":" + key.orElseThrow();
    };
  }
}
