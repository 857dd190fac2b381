package org.archipel.directory.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who signed in at least once.
 *
 * @param id 12 characters, no secret
 * @param issuer who vouches for the person: the sign-in provider's issuer
 * @param subject what the issuer calls the person, for ever
 * @param displayName for people; may be anything
 * @param email as the provider said; decides nothing
 * @param pseudonym how usage records name the person
 * @param roles what the person is
 */
public record Person(
    String id,
    String issuer,
    String subject,
    String displayName,
    Optional<String> email,
    String pseudonym,
    Instant createdAt,
    Instant lastSeenAt,
    List<RoleGrant> roles) {
  public Person {
    roles = List.copyOf(roles);
  }
}
