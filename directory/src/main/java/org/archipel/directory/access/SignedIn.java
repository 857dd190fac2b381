package org.archipel.directory.access;

import java.util.Optional;
import java.util.Set;

/**
 * What a provider says of somebody who just signed in, after its rules were applied.
 *
 * @param issuer the provider's issuer
 * @param subject the person's subject there
 * @param displayName for people; cut and cleaned when it is stored
 * @param email when the provider gave one
 * @param roles what its claims make of the person
 */
public record SignedIn(
    String issuer,
    String subject,
    String displayName,
    Optional<String> email,
    Set<Subject.Held> roles) {
  public SignedIn {
    roles = Set.copyOf(roles);
  }
}
