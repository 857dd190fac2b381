package org.archipel.directory;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who exists and what they may do: organizations, their projects and API keys, entitlements and the
 * requests for them.
 *
 * <p>Thread-safe. Every method but {@link #keyRing} and {@link #admit} blocks on the database and
 * belongs on a virtual thread. One site has one open directory: changes made by another process to
 * the same database are seen by the lists at once, but by the key ring only after a restart. Every
 * change is one transaction with its entry in the audit log; its first argument is who makes it.
 *
 * <p>All methods throw {@link DirectoryException} for what the caller can mend, and {@link
 * StorageException} when the database fails; nothing was changed then, with one exception: see
 * {@link Keys#revoke}.
 */
public final class Directory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
  private static final Duration BETWEEN_SAVES = Duration.ofMinutes(1);
  private static final Duration LONGEST_SAVE = Duration.ofSeconds(30);

  private final Standings standings = new Standings();
  private final LoadedKeys loaded;
  private final Organizations organizations;
  private final Projects projects;
  private final Keys keys;
  private final Entitlements entitlements;
  private final AccessRequests requests;
  private final ScheduledExecutorService saver;
  private final ReentrantLock saving = new ReentrantLock();

  /** A directory whose requests are decided by the usual rule. */
  public Directory(Database database, AuditLog audit, Clock clock, SecureRandom random) {
    this(database, audit, clock, random, ApprovalRule.DEFAULT);
  }

  /**
   * Migrates the directory's tables and loads all keys.
   *
   * @param database stays open when the directory closes
   * @param audit of the same database: each change leaves an entry in it
   * @param random where keys come from: it must be unpredictable
   * @param rule how access requests are decided
   */
  public Directory(
      Database database, AuditLog audit, Clock clock, SecureRandom random, ApprovalRule rule) {
    database.migrate("directory");
    Register register = new Register(database, audit, clock, random);
    this.loaded = new LoadedKeys(clock, standings);
    this.organizations = new Organizations(register, standings);
    this.projects = new Projects(register, standings);
    this.keys = new Keys(register, standings, loaded);
    this.entitlements = new Entitlements(register, standings);
    this.requests = new AccessRequests(register, standings, rule);
    database.read(
        handle -> {
          OrganizationRows.standings(handle, Optional.empty()).forEach(standings::put);
          KeyRows.load(handle).forEach(stored -> loaded.add(stored.key(), stored.secretHash()));
          return true;
        });
    this.saver =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("directory-last-use").factory());
    long pause = BETWEEN_SAVES.toMillis();
    var _ = saver.scheduleWithFixedDelay(this::keepUp, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Its organizations. */
  public Organizations organizations() {
    return organizations;
  }

  /** The projects of its organizations. */
  public Projects projects() {
    return projects;
  }

  /** The API keys of its projects. */
  public Keys keys() {
    return keys;
  }

  /** What the consortium allows its organizations. */
  public Entitlements entitlements() {
    return entitlements;
  }

  /** What its organizations ask for. */
  public AccessRequests requests() {
    return requests;
  }

  /** Creates a contributor with nothing said about it. */
  public Organization createOrganization(Actor actor, String name) {
    return organizations.create(actor, name, OrganizationProfile.DEFAULT);
  }

  /** Creates a project with nothing said about it. */
  public Project createProject(Actor actor, String organization, String name) {
    return projects.create(actor, organization, name, ProjectProfile.NONE);
  }

  /** Creates a key with which nothing is agreed about how its requests are scheduled. */
  public NewKey createKey(
      Actor actor,
      String organization,
      String project,
      Optional<String> label,
      Optional<Instant> expiresAt) {
    return createKey(actor, organization, project, label, expiresAt, KeyTerms.DEFAULT);
  }

  /** Creates a key of which only the terms are said; see {@link Keys#create}. */
  public NewKey createKey(
      Actor actor,
      String organization,
      String project,
      Optional<String> label,
      Optional<Instant> expiresAt,
      KeyTerms terms) {
    KeyProfile profile = KeyProfile.DEFAULT.withLabel(label).withTerms(terms).withExpiry(expiresAt);
    return keys.create(actor, organization, project, profile);
  }

  /** See {@link Keys#revoke}. */
  public ApiKey revokeKey(Actor actor, String id) {
    return keys.revoke(actor, id);
  }

  /** The key of an id, if there is one. */
  public Optional<ApiKey> key(String id) {
    return keys.find(id);
  }

  /** The check for the hot path; follows all changes made through this directory. */
  public KeyRing keyRing() {
    return loaded;
  }

  /**
   * Judges a caller who was recognized by other means than a key, as the key ring judges keys: by
   * the standing of organization and project at this moment, from memory.
   *
   * @param known of an organization and project that somebody vouches for; its grants are kept, and
   *     narrowed by entitlements where the organization needs some
   */
  public KeyCheck admit(Caller known) {
    return loaded.admit(known);
  }

  private void keepUp() {
    saveLastUses();
    try {
      requests.expireOverdue();
    } catch (StorageException | DirectoryException e) {
      LOG.warn("requests that are overdue stay for now: {}", e.getMessage());
    }
  }

  /** Saves when keys were last used, as is done each minute; a failure is left to the next time. */
  void saveLastUses() {
    saving.lock();
    try {
      keys.saveLastUses();
    } catch (StorageException e) {
      LOG.warn("the last uses of keys are not saved for now: {}", e.getMessage());
    } finally {
      saving.unlock();
    }
  }

  /** Saves the last uses. May be called more than once; the database must still be open. */
  @Override
  public void close() {
    saver.shutdown();
    try {
      if (!saver.awaitTermination(LONGEST_SAVE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("saving the last uses of keys takes over {}: not waited for", LONGEST_SAVE);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    saveLastUses();
  }
}
