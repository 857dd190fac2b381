package org.archipel.ledger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.ledger.LedgerException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Takes one person out of records and sums, day by day. Records and sums stay, of nobody in
 * particular. After a crash, asking again does the rest. Thread-safe; all methods block.
 */
public final class PersonErasure {
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(30);
  private static final int LONGEST = 200;

  private final Database database;
  private final PersonSums sums;
  private final AuditLog audit;
  private final Retention.Releasing releasing;

  PersonErasure(Database database, PersonSums sums, AuditLog audit, Retention.Releasing releasing) {
    this.database = database;
    this.sums = sums;
    this.audit = audit;
    this.releasing = releasing;
  }

  /**
   * Erases a pseudonym. What the person uses afterwards is recorded as before: stop that first.
   *
   * @return how many requests were the person's
   * @throws LedgerException of kind {@code CONFLICT} when records are still in the journal since
   *     the store does not take them
   */
  public long erase(Actor actor, String person) {
    if (person.isBlank() || person.length() > LONGEST) {
      throw new LedgerException(
          Kind.INVALID, "person: (expected: a pseudonym of 1 to " + LONGEST + " characters)");
    }
    if (!releasing.release(RELEASE_LIMIT)) {
      throw new LedgerException(
          Kind.CONFLICT, "usage records are still on their way to the store: try again later");
    }
    try {
      long requests = 0;
      boolean told = false;
      for (OptionalLong day = nextDay(person); day.isPresent(); day = nextDay(person)) {
        requests += eraseDay(actor, person, day.getAsLong(), !told);
        told = true;
      }
      return requests;
    } catch (SQLException e) {
      throw new JournalException("a person cannot be erased: " + e.getMessage(), e);
    }
  }

  /** A day on which there is usage, or a correction, of the person. */
  private OptionalLong nextDay(String person) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT MIN(r.day) FROM usage_daily r"
                        + " JOIN usage_dimensions d ON d.id = r.dimension WHERE d.person = :person")
                .bind("person", person)
                .map((row, context) -> UsageExports.optional(row))
                .one());
  }

  private long eraseDay(Actor actor, String person, long day, boolean first) throws SQLException {
    return database.<Long, SQLException>write(
        handle -> {
          int changed =
              handle
                  .createUpdate(
                      StoredRecord.IMPERSONAL
                          + " WHERE started_at >= :from AND started_at < :until"
                          + " AND person = :person")
                  .bind("from", day * UsageDimension.DAY_MICROS)
                  .bind("until", (day + 1) * UsageDimension.DAY_MICROS)
                  .bind("person", person)
                  .execute();
          long requests = requests(handle, person, day);
          long all = first ? requestsInAll(handle, person) : 0;
          sums.forget(handle, person, PersonSums.Days.of(day));
          if (first) {
            audit.append(handle, entry(actor, all));
          }
          return Math.max(changed, requests);
        });
  }

  private static long requests(Handle handle, String person, long day) {
    return handle
        .createQuery(
            "SELECT COALESCE(SUM(r.requests), 0) FROM usage_daily r"
                + " JOIN usage_dimensions d ON d.id = r.dimension"
                + " WHERE d.person = :person AND r.day = :day")
        .bind("person", person)
        .bind("day", day)
        .mapTo(Long.class)
        .one();
  }

  private static long requestsInAll(Handle handle, String person) {
    return handle
        .createQuery(
            "SELECT COALESCE(SUM(r.requests), 0) FROM usage_daily r"
                + " JOIN usage_dimensions d ON d.id = r.dimension WHERE d.person = :person")
        .bind("person", person)
        .mapTo(Long.class)
        .one();
  }

  /** Without the pseudonym: the log keeps no person. */
  private static AuditEntry entry(Actor actor, long requests) {
    return new AuditEntry(
        actor,
        "usage.erase",
        "a person",
        Optional.empty(),
        Map.of("requests", Long.toString(requests)));
  }
}
