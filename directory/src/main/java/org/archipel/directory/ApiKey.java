package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an API key; its secret is not. All times are to the millisecond.
 *
 * @param id 12 characters, no secret: the middle part of the key
 * @param label what its owner calls it, at most 200 printable characters
 * @param organization the organization's name
 * @param project the project's name within the organization
 * @param terms how requests that come with it are scheduled
 * @param expiresAt from when on it is refused; empty for never
 * @param revokedAt since when it is refused; empty while it is not
 * @param lastUsedAt when it was last accepted, to about a second; a crash may forget the last
 *     minute
 */
public record ApiKey(
    String id,
    Optional<String> label,
    String organization,
    String project,
    KeyTerms terms,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt,
    Optional<Instant> lastUsedAt) {

  ApiKey withLastUsedAt(Optional<Instant> at) {
    return new ApiKey(id, label, organization, project, terms, createdAt, expiresAt, revokedAt, at);
  }
}
