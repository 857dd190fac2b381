package org.archipel.directory;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;

/** A directory on a database of its own, that can be closed and opened again. */
final class DirectoryHarness implements AutoCloseable {
  final HandMovedClock clock = new HandMovedClock();
  private final String url;
  private final ApprovalRule rule;
  private Database database;
  private AuditLog audit;
  private Directory directory;

  DirectoryHarness(Path folder) {
    this(folder, ApprovalRule.DEFAULT);
  }

  DirectoryHarness(Path folder, ApprovalRule rule) {
    this.rule = rule;
    this.url = TestDatabase.url(folder);
    this.database = Database.open(url);
    this.audit = new AuditLog(database, clock);
    this.directory = new Directory(database, audit, clock, new SecureRandom(), rule);
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
    directory = new Directory(database, audit, clock, new SecureRandom(), rule);
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

  List<Organization> organizations() {
    return directory.organizations().list(Visible.EVERYTHING, PageRequest.FIRST).items();
  }

  List<Project> projects(Optional<String> organization) {
    return directory.projects().list(organization, Visible.EVERYTHING, PageRequest.FIRST).items();
  }

  List<ApiKey> keys() {
    return keys(Optional.empty(), Optional.empty());
  }

  List<ApiKey> keys(Optional<String> organization, Optional<String> project) {
    KeyFilter filter = new KeyFilter(organization, project, Visible.EVERYTHING);
    PageRequest all = new PageRequest(Optional.empty(), PageRequest.MAX_LIMIT);
    return directory.keys().list(filter, all).items();
  }

  KeyCheck check(NewKey key) {
    return directory.keyRing().check(key.secret());
  }

  /** What the check of a good key of a contributor answers. */
  static KeyCheck accepted(NewKey key) {
    ApiKey known = key.key();
    KeyProfile profile = known.profile();
    Grants grants =
        new Grants(profile.models(), Optional.empty(), profile.requiredLabels(), profile.scopes());
    return new KeyCheck.Accepted(
        new Caller(
            known.id(),
            known.organization(),
            known.project(),
            known.terms(),
            Optional.empty(),
            grants));
  }

  @Override
  public void close() {
    directory.close();
    database.close();
  }
}
