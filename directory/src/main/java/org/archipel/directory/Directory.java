package org.archipel.directory;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.LoadedKeys.LastUse;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Organizations, their projects and their API keys.
 *
 * <p>Thread-safe. Every method but {@link #keyRing} blocks on the database and belongs on a virtual
 * thread. One site has one open directory: changes made by another process to the same database are
 * seen by the lists at once, but by the key ring only after a restart. Every change is one
 * transaction with its entry in the audit log; its first argument is who makes it.
 *
 * <p>All methods throw {@link DirectoryException} for what the caller can mend, and {@link
 * StorageException} when the database fails; nothing was changed then, with one exception: see
 * {@link #revokeKey}.
 */
public final class Directory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
  private static final Duration BETWEEN_SAVES = Duration.ofMinutes(1);
  private static final Duration LONGEST_SAVE = Duration.ofSeconds(30);

  private final DirectoryStore store;
  private final Clock clock;
  private final SecureRandom random;
  private final LoadedKeys keys;
  private final ScheduledExecutorService saver;

  /** Keeps what is stored of keys and what is in memory in one order. */
  private final ReentrantLock keyChanges = new ReentrantLock();

  private final ReentrantLock saving = new ReentrantLock();

  /**
   * Migrates the directory's tables and loads all keys.
   *
   * @param database stays open when the directory closes
   * @param audit of the same database: each change leaves an entry in it
   * @param random where keys come from: it must be unpredictable
   */
  public Directory(Database database, AuditLog audit, Clock clock, SecureRandom random) {
    database.migrate("directory");
    this.store = new DirectoryStore(database, audit);
    this.clock = clock;
    this.random = random;
    this.keys = new LoadedKeys(clock);
    store.load().forEach(stored -> keys.add(stored.key(), stored.secretHash()));
    this.saver =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("directory-last-use").factory());
    long pause = BETWEEN_SAVES.toMillis();
    var _ = saver.scheduleWithFixedDelay(this::saveLastUses, pause, pause, TimeUnit.MILLISECONDS);
  }

  /**
   * Creates an organization.
   *
   * @param name 1 to 64 characters of {@code [a-z0-9-]}, no hyphen at either end
   */
  public Organization createOrganization(Actor actor, String name) {
    Names.checkSlug("organization", name);
    Organization organization = new Organization(name, now());
    store.insert(actor, organization);
    return organization;
  }

  /** All organizations by name. */
  public List<Organization> organizations() {
    return store.organizations();
  }

  /**
   * Creates a project of an organization.
   *
   * @param name like an organization's name
   */
  public Project createProject(Actor actor, String organization, String name) {
    Names.checkSlug("project", name);
    Project project = new Project(organization, name, now());
    store.insert(actor, project);
    return project;
  }

  /** All projects, or those of one organization, by organization and name. */
  public List<Project> projects(Optional<String> organization) {
    return store.projects(organization);
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

  /**
   * Creates a key that the key ring accepts at once. Its secret exists in the answer only.
   *
   * @param label at most 200 printable characters
   * @param expiresAt after now; empty for never
   * @param terms how requests that come with it are scheduled
   */
  public NewKey createKey(
      Actor actor,
      String organization,
      String project,
      Optional<String> label,
      Optional<Instant> expiresAt,
      KeyTerms terms) {
    Instant now = now();
    Names.checkLabel(label);
    Optional<Instant> expiry = expiresAt.map(Directory::toMillis);
    Names.checkExpiry(expiry, now);
    String secret = KeyText.drawSecret(random);
    String hash = KeyText.secretHash(secret);
    keyChanges.lock();
    try {
      while (true) {
        ApiKey key =
            new ApiKey(
                KeyText.drawId(random),
                label,
                organization,
                project,
                terms,
                now,
                expiry,
                Optional.empty(),
                Optional.empty());
        if (store.insert(actor, key, hash)) {
          keys.add(key, hash);
          return new NewKey(key, KeyText.of(key.id(), secret));
        }
      }
    } finally {
      keyChanges.unlock();
    }
  }

  /**
   * Keys by age: all, those of an organization, or those of one of its projects. Expired and
   * revoked ones too.
   */
  public List<ApiKey> keys(Optional<String> organization, Optional<String> project) {
    if (project.isPresent() && organization.isEmpty()) {
      throw Names.invalid("project", Names.shown(project.get()), "together with its organization");
    }
    return store.keys(organization, project).stream().map(keys::withLastUse).toList();
  }

  /** The key of an id, if there is one. */
  public Optional<ApiKey> key(String id) {
    return store.key(id).map(keys::withLastUse);
  }

  /**
   * Stops a key for ever, at once. Doing it again changes nothing.
   *
   * <p>When the database fails the key is stopped all the same, until a restart: with a leaked key
   * and a full disk that is the safe side. The failure is thrown, and the revocation has to be
   * asked for again once the database works.
   *
   * @param id the 12 characters between the hyphens
   */
  public ApiKey revokeKey(Actor actor, String id) {
    if (!KeyText.isId(id)) {
      // Not repeated: it may be a whole key with its secret.
      throw Names.invalid("key", "not an id", "the 12 characters between ark- and the next '-'");
    }
    keyChanges.lock();
    try {
      keys.revoke(id);
      return store
          .revoke(actor, id, now())
          .map(keys::withLastUse)
          .orElseThrow(
              () -> new DirectoryException(Kind.NOT_FOUND, "key " + id + " does not exist"));
    } finally {
      keyChanges.unlock();
    }
  }

  /** The check for the hot path; follows all changes made through this directory. */
  public KeyRing keyRing() {
    return keys;
  }

  /** Saves when keys were last used, as is done each minute; a failure is left to the next time. */
  void saveLastUses() {
    saving.lock();
    try {
      List<LastUse> uses = keys.unsavedUses();
      if (!uses.isEmpty()) {
        store.save(uses);
        keys.saved(uses);
      }
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

  private Instant now() {
    return toMillis(clock.instant());
  }

  private static Instant toMillis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }
}
