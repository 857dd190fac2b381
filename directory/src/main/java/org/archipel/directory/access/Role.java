package org.archipel.directory.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a person is, in some scope. */
public enum Role {
  /** Admits organizations, decides requests, grants entitlements. Held in the consortium. */
  CONSORTIUM_ADMIN(1),
  /** Runs the site: engines, organizations, quotas, tariffs. Held in the site. */
  SITE_OPERATOR(2),
  /** Runs an organization: its projects, keys and members. */
  ORGANIZATION_ADMIN(4),
  /** Works in a project: its keys and its usage. */
  PROJECT_MEMBER(8),
  /** Reads all and changes nothing, in whatever scope. */
  AUDITOR(16);

  private final int bit;

  Role(int bit) {
    this.bit = bit;
  }

  /** One bit, for sets of roles. */
  int bit() {
    return bit;
  }

  /** As it is written in the API: {@code consortium-admin}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The role of a word, if there is one. */
  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  /** Whether the role can be held in a scope of this kind. */
  public boolean fits(Scope scope) {
    return switch (this) {
      case CONSORTIUM_ADMIN -> scope instanceof Scope.Consortium;
      case SITE_OPERATOR -> scope instanceof Scope.Site;
      case ORGANIZATION_ADMIN -> scope instanceof Scope.Organization;
      case PROJECT_MEMBER -> scope instanceof Scope.Project;
      case AUDITOR -> true;
    };
  }
}
