package org.archipel.storage;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * What was changed, by whom and when. Entries are only ever added, each within the transaction of
 * its change: there is no change without its entry and no entry without its change.
 *
 * <p>Each entry holds the hash of the one before, so that altering, removing or putting in one
 * breaks the chain from there on. Whoever can write to the database can rewrite the whole chain;
 * against that, keep the last hash elsewhere, as {@link AuditCheck.Whole} tells it.
 *
 * <p>Thread-safe. All methods block.
 */
public final class AuditLog {
  private static final int CHECKED_AT_ONCE = 500;

  private final Database database;
  private final Clock clock;

  /** Brings the log's tables up to date. */
  public AuditLog(Database database, Clock clock) {
    database.migrate("audit");
    this.database = database;
    this.clock = clock;
  }

  /**
   * Adds an entry. Append last in a transaction: from here to its end no other one can append.
   *
   * @param handle of {@link Database#write}
   */
  public void append(Handle handle, AuditEntry entry) {
    long at = clock.millis();
    // First the lock on the end of the chain, then what it says.
    handle.execute("UPDATE audit_head SET sequence = sequence + 1 WHERE one = 1");
    Head head = head(handle);
    AuditRow row = AuditRow.of(head.sequence(), at, entry, head.hash());
    handle
        .createUpdate(
            "INSERT INTO audit_entry (sequence, at, actor_kind, actor_id, action, subject,"
                + " organization, sha256) VALUES (:sequence, :at, :kind, :id, :action, :subject,"
                + " :organization, :hash)")
        .bind("sequence", row.sequence())
        .bind("at", at)
        .bind("kind", row.kind())
        .bind("id", row.id())
        .bind("action", row.action())
        .bind("subject", row.subject())
        .bind("organization", row.organization())
        .bind("hash", row.hash())
        .execute();
    row.details()
        .forEach(
            (name, value) ->
                handle.execute(
                    "INSERT INTO audit_detail (sequence, name, value) VALUES (?, ?, ?)",
                    row.sequence(),
                    name,
                    value));
    handle.execute("UPDATE audit_head SET sha256 = ? WHERE one = 1", row.hash());
  }

  /**
   * Entries, the latest first.
   *
   * @throws PageException when the page's cursor is not one of this list
   */
  public Page<AuditRecord> entries(AuditFilter filter, PageRequest page) {
    if (filter.organizations().filter(Set::isEmpty).isPresent()) {
      return new Page<>(List.of(), Optional.empty());
    }
    AuditQuery query = AuditQuery.of(filter, page);
    return database.read(
        handle -> {
          List<AuditRow> rows =
              AuditRow.list(handle, query.bindTo(handle.createQuery(query.sql()), page.rows()));
          return Page.of(rows, page, last -> PageCursor.of(last.sequence())).map(AuditRow::record);
        });
  }

  /**
   * Reads the whole log and checks the chain, a piece at a time: others go on writing meanwhile,
   * and what they add then is not checked.
   */
  public AuditCheck verify() {
    Ends ends = database.read(AuditLog::ends);
    long last = ends.head().sequence();
    String previous = AuditText.NO_HASH;
    long checked = 0;
    for (List<AuditRow> rows = after(0, last); !rows.isEmpty(); rows = after(checked, last)) {
      for (AuditRow row : rows) {
        if (row.sequence() != checked + 1) {
          return missing(checked + 1);
        }
        if (!AuditText.hash(previous, row).equals(row.hash())) {
          return new AuditCheck.Broken(
              row.sequence(), "the entry, or the one before it, is not what was written");
        }
        previous = row.hash();
        checked++;
      }
    }
    if (checked < last) {
      return missing(checked + 1);
    }
    if (ends.highest() > last || !previous.equals(ends.head().hash())) {
      return new AuditCheck.Broken(last + 1, "the log does not end where its last writer ended it");
    }
    return new AuditCheck.Whole(checked, previous);
  }

  private static AuditCheck missing(long sequence) {
    return new AuditCheck.Broken(sequence, "the entry is missing");
  }

  private List<AuditRow> after(long sequence, long last) {
    return database.read(
        handle ->
            AuditRow.list(
                handle,
                handle
                    .createQuery(
                        "SELECT "
                            + AuditRow.COLUMNS
                            + " FROM audit_entry WHERE sequence > :after AND sequence <= :last"
                            + " ORDER BY sequence LIMIT :rows")
                    .bind("after", sequence)
                    .bind("last", last)
                    .bind("rows", CHECKED_AT_ONCE)));
  }

  /** The end of the chain and the highest entry, which are one unless somebody meddled. */
  private record Ends(Head head, long highest) {}

  private static Ends ends(Handle handle) {
    String highest = "SELECT coalesce(max(sequence), 0) FROM audit_entry";
    return new Ends(head(handle), handle.createQuery(highest).mapTo(Long.class).one());
  }

  private record Head(long sequence, String hash) {}

  private static Head head(Handle handle) {
    return handle
        .createQuery("SELECT sequence, sha256 FROM audit_head WHERE one = 1")
        .map((row, context) -> new Head(row.getLong("sequence"), row.getString("sha256")))
        .one();
  }
}
