package org.archipel.directory;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;

/** A directory on a database of its own, that can be closed and opened again. */
final class DirectoryHarness implements AutoCloseable {
  final HandMovedClock clock = new HandMovedClock();
  private final String url;
  private Database database;
  private AuditLog audit;
  private Directory directory;

  DirectoryHarness(Path folder) {
    this.url = TestDatabase.url(folder);
    this.database = Database.open(url);
    this.audit = new AuditLog(database, clock);
    this.directory = new Directory(database, audit, clock, new SecureRandom());
  }

  Directory directory() {
    return directory;
  }

  Database database() {
    return database;
  }

  AuditLog audit() {
    return audit;
  }

  void reopen() {
    close();
    database = Database.open(url);
    audit = new AuditLog(database, clock);
    directory = new Directory(database, audit, clock, new SecureRandom());
  }

  /** The organization {@code lab} with the project {@code web}, and a key for it. */
  NewKey firstKey() {
    directory.createOrganization(Actor.token(), "lab");
    directory.createProject(Actor.token(), "lab", "web");
    return key(Optional.empty());
  }

  NewKey key(Optional<Instant> expiresAt) {
    return directory.createKey(Actor.token(), "lab", "web", Optional.empty(), expiresAt);
  }

  KeyCheck check(NewKey key) {
    return directory.keyRing().check(key.secret());
  }

  static KeyCheck accepted(NewKey key) {
    ApiKey known = key.key();
    return new KeyCheck.Accepted(
        new Caller(known.id(), known.organization(), known.project(), known.terms()));
  }

  @Override
  public void close() {
    directory.close();
    database.close();
  }
}
