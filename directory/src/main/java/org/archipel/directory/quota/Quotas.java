package org.archipel.directory.quota;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What organizations, projects and keys may use, as people set it. A change counts at the gate when
 * its method returns, for requests that run too.
 *
 * <p>Thread-safe. All methods block on the database and belong on virtual threads. They throw
 * {@link DirectoryException} for what the caller can mend and {@link
 * org.archipel.storage.StorageException} when the database fails; nothing was changed then.
 */
public final class Quotas {
  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
  private static final int LONGEST_ID = 140;

  private final QuotaStore store;
  private final AuditLog audit;
  private final QuotaGate gate;
  private final Clock clock;

  /** Keeps what is stored and what the gate knows in one order. */
  private final ReentrantLock changes = new ReentrantLock();

  /**
   * Brings the tables up to date and tells the gate all quotas.
   *
   * @param database that the directory has opened before: names are looked up in its tables
   * @param audit of the same database
   */
  public Quotas(Database database, AuditLog audit, QuotaGate gate, Clock clock) {
    database.migrate("quota");
    this.store = new QuotaStore(database);
    this.audit = audit;
    this.gate = gate;
    this.clock = clock;
    store.all().forEach(quota -> gate.change(quota.scope(), quota.limits()));
  }

  /**
   * Tells the gate what earlier processes used.
   *
   * @param until empty before this process has served anything; otherwise when it began to, so that
   *     nothing is counted twice
   * @return false when the ledger did not know all of it: ask again later
   */
  public boolean load(Consumption consumption, Optional<Instant> until) {
    Instant now = clock.instant();
    Consumption.Sums sums = consumption.since(QuotaGate.baseSince(now), until);
    gate.base(sums.rows());
    return sums.complete();
  }

  /**
   * Sets a quota: all of its limits at once. Limits that are not given are none.
   *
   * @param scope whose use it limits; it must exist
   * @param limits at least one
   * @param expected the version that is to be replaced; empty for whichever there is
   */
  public Quota set(Actor actor, QuotaScope scope, Limits limits, OptionalLong expected) {
    if (limits.values().isEmpty()) {
      throw new DirectoryException(
          Kind.INVALID, "limits: none (expected: at least one; a quota without is removed)");
    }
    changes.lock();
    try {
      Quota quota = store.database().write(handle -> set(handle, actor, scope, limits, expected));
      gate.change(scope, limits);
      LOG.info("quota {} set to version {}", scope.id(), quota.version());
      return quota;
    } finally {
      changes.unlock();
    }
  }

  private Quota set(
      Handle handle, Actor actor, QuotaScope scope, Limits limits, OptionalLong expected) {
    require(handle, scope);
    Optional<Quota> before = QuotaStore.find(handle, scope.id());
    long version = before.map(Quota::version).orElse(0L);
    requireVersion(scope.id(), version, expected);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Quota quota = new Quota(scope, limits, version + 1, now);
    if (before.isPresent()) {
      QuotaStore.update(handle, quota);
    } else {
      QuotaStore.insert(handle, quota);
    }
    audit.append(handle, entry(actor, "quota.set", scope, details(limits)));
    return quota;
  }

  /**
   * Sets some limits of a quota, and leaves the others as they are.
   *
   * @param changed at least one
   */
  public Quota change(Actor actor, QuotaScope scope, Limits changed, OptionalLong expected) {
    changes.lock();
    try {
      Optional<Quota> before = store.database().read(handle -> QuotaStore.find(handle, scope.id()));
      Limits limits = before.map(Quota::limits).orElse(Limits.NONE);
      Map<QuotaKind, Long> values = new EnumMap<>(QuotaKind.class);
      values.putAll(limits.values());
      values.putAll(changed.values());
      return set(actor, scope, new Limits(values), expected);
    } finally {
      changes.unlock();
    }
  }

  /**
   * Removes a quota: its limits no longer count.
   *
   * @param expected the version that is to be removed; empty for whichever there is
   */
  public void remove(Actor actor, String id, OptionalLong expected) {
    changes.lock();
    try {
      Quota removed =
          store
              .database()
              .write(
                  handle -> {
                    Quota quota = QuotaStore.find(handle, id).orElseThrow(() -> unknown(id));
                    requireVersion(id, quota.version(), expected);
                    QuotaStore.delete(handle, id);
                    audit.append(
                        handle,
                        entry(actor, "quota.remove", quota.scope(), details(quota.limits())));
                    return quota;
                  });
      gate.change(removed.scope(), Limits.NONE);
      LOG.info("quota {} removed", id);
    } finally {
      changes.unlock();
    }
  }

  /** The quota of an id. */
  public Quota get(String id) {
    return store
        .database()
        .read(handle -> QuotaStore.find(handle, id))
        .orElseThrow(() -> unknown(id));
  }

  /**
   * Quotas by id.
   *
   * @param visible what of them may be told
   */
  public Page<Quota> list(Visible visible, PageRequest page) {
    if (visible.nothing()) {
      return new Page<>(List.of(), Optional.empty());
    }
    return Page.of(store.page(visible, page), page, last -> PageCursor.of(last.scope().id()));
  }

  /** What a quota leaves now. */
  public QuotaStanding standing(Quota quota) {
    return gate.standing(quota.scope());
  }

  /**
   * The scope that a quota's id names, for example {@code organization:univ-rennes}, {@code
   * project:univ-rennes:chat} or {@code key:k2m7xqp4w9ab}.
   *
   * @throws DirectoryException when it is none, or the key does not exist
   */
  public QuotaScope scope(String id) {
    String[] parts = id.length() > LONGEST_ID ? new String[0] : id.split(":", -1);
    if (parts.length == 2 && parts[0].equals(QuotaLevel.ORGANIZATION.word())) {
      return QuotaScope.organization(parts[1]);
    }
    if (parts.length == 3 && parts[0].equals(QuotaLevel.PROJECT.word())) {
      return QuotaScope.project(parts[1], parts[2]);
    }
    if (parts.length == 2 && parts[0].equals(QuotaLevel.KEY.word())) {
      return store
          .database()
          .read(handle -> QuotaStore.key(handle, parts[1]))
          .orElseThrow(() -> new DirectoryException(Kind.NOT_FOUND, "the key does not exist"));
    }
    throw new DirectoryException(
        Kind.INVALID,
        "id: not one (expected: organization:NAME, project:ORGANIZATION:NAME or key:ID)");
  }

  private static void require(Handle handle, QuotaScope scope) {
    boolean exists =
        switch (scope.level()) {
          case ORGANIZATION -> QuotaStore.organizationExists(handle, scope.organization());
          case PROJECT ->
              QuotaStore.projectExists(handle, scope.organization(), scope.project().orElseThrow());
          case KEY ->
              QuotaStore.key(handle, scope.key().orElseThrow()).filter(scope::equals).isPresent();
          case ENTITLEMENT -> false;
        };
    if (!exists) {
      // Not repeated: it is whatever somebody sent.
      throw new DirectoryException(
          Kind.NOT_FOUND, "the " + scope.level().word() + " of this quota does not exist");
    }
  }

  private static void requireVersion(String id, long version, OptionalLong expected) {
    if (expected.isPresent() && expected.getAsLong() != version) {
      throw new DirectoryException(
          Kind.CONFLICT_VERSION,
          "quota %s: version %d (expected: %d)".formatted(id, version, expected.getAsLong()));
    }
  }

  private static DirectoryException unknown(String id) {
    // An id that exists is a short one of ours; anything else is not repeated.
    boolean plain = id.matches("[a-z0-9:-]{1," + LONGEST_ID + "}");
    return new DirectoryException(
        Kind.NOT_FOUND, (plain ? "quota " + id : "the quota") + " does not exist");
  }

  private static AuditEntry entry(
      Actor actor, String action, QuotaScope scope, Map<String, String> details) {
    return new AuditEntry(actor, action, scope.id(), Optional.of(scope.organization()), details);
  }

  private static Map<String, String> details(Limits limits) {
    Map<String, String> details = new TreeMap<>();
    limits.values().forEach((kind, value) -> details.put(kind.word(), String.valueOf(value)));
    return details;
  }
}
