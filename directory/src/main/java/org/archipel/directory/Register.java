package org.archipel.directory;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * What every part of the directory works with.
 *
 * @param random where ids and secrets come from: it must be unpredictable
 */
record Register(Database database, AuditLog audit, Clock clock, SecureRandom random) {
  private static final String NONE = "none";

  Instant now() {
    return toMillis(clock.instant());
  }

  static Instant toMillis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  String drawId() {
    return KeyText.drawId(random);
  }

  /** Adds the audit line of a change that concerns an organization; last in its transaction. */
  void log(Handle handle, Actor actor, String action, Subject subject) {
    audit.append(
        handle,
        new AuditEntry(
            actor, action, subject.id(), Optional.of(subject.organization()), subject.details()));
  }

  /** What an audit line is about. */
  record Subject(String id, String organization, Map<String, String> details) {
    Subject(String id, String organization) {
      this(id, organization, Map.of());
    }
  }

  /** What differs between two descriptions of a thing, as it is afterwards. */
  static Map<String, String> changes(Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    Map<String, String> changed = new LinkedHashMap<>();
    for (String name : names) {
      String now = after.getOrDefault(name, NONE);
      if (!now.equals(before.getOrDefault(name, NONE))) {
        changed.put(name, now);
      }
    }
    return changed;
  }

  /**
   * Compares the version that a change expects with the one that there is.
   *
   * @throws DirectoryException of kind CONFLICT_VERSION when they differ
   */
  static void checkVersion(String what, OptionalLong expected, long version) {
    if (expected.isPresent() && expected.getAsLong() != version) {
      throw new DirectoryException(
          Kind.CONFLICT_VERSION,
          what + " has version " + version + " (expected: " + expected.getAsLong() + ")");
    }
  }

  /**
   * Makes sure that an update that named the version it read has changed its row.
   *
   * @throws DirectoryException of kind CONFLICT_VERSION when somebody was faster
   */
  static void checkUpdated(String what, int rows) {
    if (rows == 0) {
      throw new DirectoryException(
          Kind.CONFLICT_VERSION, what + " was changed at the same time by somebody else");
    }
  }
}
