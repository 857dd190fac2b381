package org.archipel.directory.census;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.archipel.directory.DirectoryException;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What organizations say they have and want. What one has of a device is said once: saying it again
 * replaces what was said before. Each change is one transaction with its line in the audit log.
 * Thread-safe; all methods block.
 */
public final class Census {
  private static final String COLUMNS =
      "id, organization, kind, device, device_count, purpose, horizon, priority, micro_cost,"
          + " currency, created_at, created_by";

  private final Database database;
  private final AuditLog audit;
  private final Clock clock;
  private final Supplier<UUID> ids;

  /**
   * Of a database in which the directory is open.
   *
   * @param ids makes the entries' ids, each another
   */
  public Census(Database database, AuditLog audit, Clock clock, Supplier<UUID> ids) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Writes down what an organization has or wants.
   *
   * @throws DirectoryException when there is no such organization
   */
  public CensusEntry add(Actor actor, String organization, CensusDraft draft) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    CensusEntry entry =
        new CensusEntry(ids.get().toString(), organization, draft, now, actor.toString());
    return database.write(
        handle -> {
          requireOrganization(handle, organization);
          if (draft.kind() == CensusKind.DECLARED) {
            handle.execute(
                "DELETE FROM census_entry WHERE organization = ? AND kind = 'declared'"
                    + " AND lower(device) = lower(?)",
                organization,
                draft.device());
          }
          insert(handle, entry);
          audit.append(handle, line(actor, "census." + verb(draft.kind()), entry));
          return entry;
        });
  }

  /**
   * The entry of that id.
   *
   * @throws DirectoryException when there is none
   */
  public CensusEntry entry(String id) {
    return database.read(handle -> find(handle, id)).orElseThrow(Census::unknown);
  }

  /** Removes an entry: it was a mistake, or it is there now. */
  public CensusEntry remove(Actor actor, String id) {
    return database.write(
        handle -> {
          CensusEntry entry = find(handle, id).orElseThrow(Census::unknown);
          handle.execute("DELETE FROM census_entry WHERE id = ?", id);
          audit.append(handle, line(actor, "census.remove", entry));
          return entry;
        });
  }

  /**
   * Entries by organization.
   *
   * @param organizations only of these, when given
   */
  public Page<CensusEntry> entries(Optional<Set<String>> organizations, PageRequest page) {
    if (organizations.filter(Set::isEmpty).isPresent()) {
      return new Page<>(List.of(), Optional.empty());
    }
    Optional<PageCursor> after = page.cursor(2);
    String where =
        organizations.map(_ -> " AND organization IN (<organizations>)").orElse("")
            + after
                .map(_ -> " AND (organization > :after OR (organization = :after AND id > :id))")
                .orElse("");
    List<CensusEntry> found =
        database.read(
            handle -> {
              Query query =
                  handle
                      .createQuery(
                          "SELECT "
                              + COLUMNS
                              + " FROM census_entry WHERE 1 = 1"
                              + where
                              + " ORDER BY organization, id LIMIT :limit")
                      .bind("limit", page.rows());
              organizations.ifPresent(names -> query.bindList("organizations", names));
              after.ifPresent(
                  cursor -> query.bind("after", cursor.value(0)).bind("id", cursor.value(1)));
              return query.map((row, _) -> entry(row)).list();
            });
    if (found.size() <= page.limit()) {
      return new Page<>(found, Optional.empty());
    }
    List<CensusEntry> items = found.subList(0, page.limit());
    CensusEntry last = items.getLast();
    return new Page<>(items, Optional.of(PageCursor.of(last.organization(), last.id()).text()));
  }

  /** All entries, for a comparison. */
  public List<CensusEntry> all() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT " + COLUMNS + " FROM census_entry ORDER BY organization, id")
                .map((row, _) -> entry(row))
                .list());
  }

  // ---------------------------------------------------------------- the table

  private static void insert(Handle handle, CensusEntry entry) {
    CensusDraft draft = entry.draft();
    Integer priority = draft.priority().isPresent() ? draft.priority().getAsInt() : null;
    handle
        .createUpdate(
            "INSERT INTO census_entry ("
                + COLUMNS
                + ") VALUES (:id, :organization, :kind, :device, :count, :purpose, :horizon,"
                + " :priority, :cost, :currency, :at, :by)")
        .bind("id", entry.id())
        .bind("organization", entry.organization())
        .bind("kind", draft.kind().word())
        .bind("device", draft.device())
        .bind("count", draft.count())
        .bind("purpose", draft.purpose())
        .bind("horizon", draft.horizon().map(LocalDate::toString))
        .bind("priority", Optional.ofNullable(priority))
        .bind("cost", draft.cost().map(CensusCost::microCurrency))
        .bind("currency", draft.cost().map(CensusCost::currency))
        .bind("at", entry.createdAt().toEpochMilli())
        .bind("by", entry.createdBy())
        .execute();
  }

  private static Optional<CensusEntry> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM census_entry WHERE id = ?")
        .bind(0, id)
        .map((row, _) -> entry(row))
        .findOne();
  }

  private static CensusEntry entry(ResultSet row) throws SQLException {
    int priority = row.getInt("priority");
    OptionalInt urgency = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(priority);
    long cost = row.getLong("micro_cost");
    Optional<CensusCost> estimate =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(new CensusCost(cost, row.getString("currency")));
    CensusDraft draft =
        new CensusDraft(
            CensusKind.of(row.getString("kind")).orElse(CensusKind.DECLARED),
            row.getString("device"),
            row.getInt("device_count"),
            Optional.ofNullable(row.getString("purpose")),
            Optional.ofNullable(row.getString("horizon")).map(LocalDate::parse),
            urgency,
            estimate);
    return new CensusEntry(
        row.getString("id"),
        row.getString("organization"),
        draft,
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"));
  }

  private static void requireOrganization(Handle handle, String name) {
    int known =
        handle
            .select("SELECT count(*) FROM organization WHERE name = ?", name)
            .mapTo(Integer.class)
            .one();
    if (known == 0) {
      throw DirectoryException.notFound("organization", name);
    }
  }

  private static DirectoryException unknown() {
    return DirectoryException.notFound("census entry", "of that id");
  }

  private static String verb(CensusKind kind) {
    return kind == CensusKind.DECLARED ? "declare" : "want";
  }

  private static AuditEntry line(Actor actor, String action, CensusEntry entry) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("device", entry.draft().device());
    details.put("count", String.valueOf(entry.draft().count()));
    return new AuditEntry(actor, action, entry.id(), Optional.of(entry.organization()), details);
  }
}
