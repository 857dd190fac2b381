package org.archipel.storage;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries of the audit log are wanted; what is empty does not narrow.
 *
 * @param organizations those that concern one of these; with no name in it, none at all
 * @param actor {@code kind:id} of who made the change, or only its kind
 * @param action the action, or only the thing before its dot
 * @param since at or after this
 * @param until before this
 */
public record AuditFilter(
    Optional<Set<String>> organizations,
    Optional<String> actor,
    Optional<String> action,
    Optional<Instant> since,
    Optional<Instant> until) {
  /** Every entry. */
  public static final AuditFilter ALL =
      new AuditFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
