package org.archipel.directory.access;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.archipel.directory.access.AccessException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.StorageException;

/**
 * Persons who may do nothing for now, by pseudonym: so somebody can be stopped whom only usage
 * records know. Asking is from memory and never blocks; changes block on the database. Thread-safe.
 */
public final class PersonSuspensions {
  private static final Pattern PSEUDONYM = Pattern.compile("p-[0-9a-f]{30}");

  private final Database database;
  private final AuditLog audit;
  private final Clock clock;
  private final Set<String> suspended = ConcurrentHashMap.newKeySet();
  private final ReentrantLock changes = new ReentrantLock();

  PersonSuspensions(Database database, AuditLog audit, Clock clock) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
    suspended.addAll(
        database.read(
            handle ->
                handle
                    .createQuery("SELECT pseudonym FROM person_suspension")
                    .mapTo(String.class)
                    .list()));
  }

  /** Whether a text has the form of a pseudonym. */
  public static boolean isPseudonym(String text) {
    return PSEUDONYM.matcher(text).matches();
  }

  /** Whether the person may do nothing for now. */
  public boolean contains(String pseudonym) {
    return suspended.contains(pseudonym);
  }

  /**
   * Stops a person at once; doing it again changes nothing.
   *
   * <p>When the database fails the person is stopped all the same, until a restart: that is the
   * safe side. The failure is thrown, and the suspension has to be asked for again.
   *
   * @throws AccessException when that is no pseudonym
   * @throws StorageException when the database fails
   */
  public void suspend(Actor actor, String pseudonym) {
    check(pseudonym);
    changes.lock();
    try {
      suspended.add(pseudonym);
      database.write(
          handle -> {
            int rows =
                handle.execute(
                    "INSERT INTO person_suspension (pseudonym, suspended_at) VALUES (?, ?)"
                        + " ON CONFLICT DO NOTHING",
                    pseudonym,
                    clock.millis());
            if (rows == 1) {
              audit.append(handle, line(actor, "person.suspend", pseudonym));
            }
            return rows;
          });
    } finally {
      changes.unlock();
    }
  }

  /** Lets a person go on; doing it again changes nothing. */
  public void resume(Actor actor, String pseudonym) {
    check(pseudonym);
    changes.lock();
    try {
      database.write(
          handle -> {
            int rows =
                handle.execute("DELETE FROM person_suspension WHERE pseudonym = ?", pseudonym);
            if (rows == 1) {
              audit.append(handle, line(actor, "person.resume", pseudonym));
            }
            return rows;
          });
      suspended.remove(pseudonym);
    } finally {
      changes.unlock();
    }
  }

  private static void check(String pseudonym) {
    if (!isPseudonym(pseudonym)) {
      throw new AccessException(
          Kind.INVALID, "pseudonym: unusable (expected: p- and 30 hexadecimal digits)");
    }
  }

  private static AuditEntry line(Actor actor, String action, String pseudonym) {
    return new AuditEntry(actor, action, pseudonym, Optional.empty(), Map.of());
  }
}
