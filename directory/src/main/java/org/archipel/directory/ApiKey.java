package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an API key; its secret is not. All times are to the millisecond.
 *
 * @param id 12 characters, no secret: the middle part of the key
 * @param organization the organization's name
 * @param project the project's name within the organization
 * @param profile what can be changed of it
 * @param life what happened to it
 * @param version 1, and one more with each change; its use is none
 */
public record ApiKey(
    String id, String organization, String project, KeyProfile profile, Life life, long version) {

  /**
   * What happened to a key.
   *
   * @param createdBy who made it, as {@code kind:id}; empty for keys from before that was kept
   * @param revokedAt since when it is refused; empty while it is not
   * @param lastUsedAt when it was last accepted, to about a second; a crash may forget the last
   *     minute
   * @param successor the id of the key that was made to replace it
   */
  public record Life(
      Instant createdAt,
      Optional<String> createdBy,
      Optional<Instant> revokedAt,
      Optional<Instant> lastUsedAt,
      Optional<String> successor) {}

  /** What its owner calls it. */
  public Optional<String> label() {
    return profile.label();
  }

  /** How requests that come with it are scheduled. */
  public KeyTerms terms() {
    return profile.terms();
  }

  /** From when on it is refused; empty for never. */
  public Optional<Instant> expiresAt() {
    return profile.expiresAt();
  }

  /** When it was made. */
  public Instant createdAt() {
    return life.createdAt();
  }

  /** Since when it is refused; empty while it is not. */
  public Optional<Instant> revokedAt() {
    return life.revokedAt();
  }

  /** When it was last accepted. */
  public Optional<Instant> lastUsedAt() {
    return life.lastUsedAt();
  }

  ApiKey withLastUsedAt(Optional<Instant> at) {
    Life later =
        new Life(life.createdAt(), life.createdBy(), life.revokedAt(), at, life.successor());
    return new ApiKey(id, organization, project, profile, later, version);
  }
}
