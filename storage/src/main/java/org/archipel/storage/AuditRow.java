package org.archipel.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * An entry exactly as it is stored: for checking it, where nothing may be cleaned or refused before
 * it was hashed.
 *
 * @param at in milliseconds since 1970
 */
record AuditRow(
    long sequence,
    long at,
    String kind,
    String id,
    String action,
    String subject,
    Optional<String> organization,
    Map<String, String> details,
    String hash) {
  static final String COLUMNS =
      "sequence, at, actor_kind, actor_id, action, subject, organization, sha256";

  /** The row of an entry that comes after the one with the hash {@code previous}. */
  static AuditRow of(long sequence, long at, AuditEntry entry, String previous) {
    AuditRow open =
        new AuditRow(
            sequence,
            at,
            entry.actor().kind(),
            entry.actor().id(),
            entry.action(),
            entry.subject(),
            entry.organization(),
            entry.details(),
            "");
    return open.with(entry.details(), AuditText.hash(previous, open));
  }

  private AuditRow with(Map<String, String> changed, String sealed) {
    return new AuditRow(sequence, at, kind, id, action, subject, organization, changed, sealed);
  }

  /** Reads the rows of a query for {@link #COLUMNS}, with their details. */
  static List<AuditRow> list(Handle handle, Query query) {
    List<AuditRow> bare = query.map((row, context) -> bare(row)).list();
    if (bare.isEmpty()) {
      return bare;
    }
    Map<Long, Map<String, String>> details = new HashMap<>();
    handle
        .createQuery("SELECT sequence, name, value FROM audit_detail WHERE sequence IN (<wanted>)")
        .bindList("wanted", bare.stream().map(AuditRow::sequence).toList())
        .map(
            (row, context) ->
                details
                    .computeIfAbsent(row.getLong("sequence"), _ -> new HashMap<>())
                    .putIfAbsent(row.getString("name"), row.getString("value")))
        .list();
    List<AuditRow> whole = new ArrayList<>();
    for (AuditRow row : bare) {
      whole.add(row.with(details.getOrDefault(row.sequence, Map.of()), row.hash));
    }
    return whole;
  }

  private static AuditRow bare(ResultSet row) throws SQLException {
    return new AuditRow(
        row.getLong("sequence"),
        row.getLong("at"),
        row.getString("actor_kind"),
        row.getString("actor_id"),
        row.getString("action"),
        row.getString("subject"),
        Optional.ofNullable(row.getString("organization")),
        Map.of(),
        row.getString("sha256"));
  }

  /** As the API shows it. */
  AuditRecord record() {
    AuditEntry entry = new AuditEntry(new Actor(kind, id), action, subject, organization, details);
    return new AuditRecord(sequence, Instant.ofEpochMilli(at), entry, hash);
  }
}
