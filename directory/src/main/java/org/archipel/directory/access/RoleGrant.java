package org.archipel.directory.access;

import java.time.Instant;

/**
 * A role that a person has.
 *
 * @param id 12 characters
 * @param person the person's id
 * @param origin who says so
 * @param version rises with each change
 */
public record RoleGrant(
    String id,
    String person,
    Role role,
    Scope scope,
    Origin origin,
    long version,
    Instant createdAt) {
  /** Who says that a person has a role. */
  public enum Origin {
    /** Somebody who may: it stays until it is revoked. */
    MANUAL,
    /** The provider's claims: it follows them at each sign-in. */
    PROVIDER
  }
}
