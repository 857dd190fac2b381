package org.archipel.directory.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A signed-in browser.
 *
 * @param person the person's id; empty for the administrator, who came by a one-time link
 * @param provider by which the person signed in
 * @param idToken what the provider said then, to be shown to it at logout
 * @param createdAt when it began
 */
public record Session(
    Optional<String> person,
    Optional<String> provider,
    Optional<String> idToken,
    Instant createdAt) {
  /** Without the token. */
  @Override
  public String toString() {
    return "Session[person=" + person + ", provider=" + provider + ", createdAt=" + createdAt + "]";
  }
}
