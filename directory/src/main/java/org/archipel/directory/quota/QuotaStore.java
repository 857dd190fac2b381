package org.archipel.directory.quota;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** The table of quotas. */
final class QuotaStore {
  private static final List<QuotaKind> KINDS = List.of(QuotaKind.values());
  private static final String LIMITS =
      KINDS.stream().map(QuotaKind::word).collect(Collectors.joining(", "));
  private static final String COLUMNS =
      "id, level, organization, project, api_key, " + LIMITS + ", version, changed_at";
  private static final String INSERT =
      "INSERT INTO quota ("
          + COLUMNS
          + ") VALUES (:id, :level, :organization, :project, :key, "
          + KINDS.stream().map(kind -> ":" + kind.word()).collect(Collectors.joining(", "))
          + ", :version, :changed)";
  private static final String UPDATE =
      "UPDATE quota SET "
          + KINDS.stream()
              .map(kind -> kind.word() + " = :" + kind.word())
              .collect(Collectors.joining(", "))
          + ", version = :version, changed_at = :changed WHERE id = :id";

  private final Database database;

  QuotaStore(Database database) {
    this.database = database;
  }

  Database database() {
    return database;
  }

  static Optional<Quota> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM quota WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> quota(row))
        .findOne();
  }

  static void insert(Handle handle, Quota quota) {
    QuotaScope scope = quota.scope();
    bind(handle.createUpdate(INSERT), quota)
        .bind("level", scope.level().word())
        .bind("organization", scope.organization())
        .bind("project", scope.project())
        .bind("key", scope.key())
        .execute();
  }

  static void update(Handle handle, Quota quota) {
    bind(handle.createUpdate(UPDATE), quota).execute();
  }

  private static Update bind(Update update, Quota quota) {
    for (QuotaKind kind : KINDS) {
      Long value = quota.limits().values().get(kind);
      update.bindByType(kind.word(), value, Long.class);
    }
    return update
        .bind("id", quota.scope().id())
        .bind("version", quota.version())
        .bind("changed", quota.changedAt().toEpochMilli());
  }

  static void delete(Handle handle, String id) {
    handle.execute("DELETE FROM quota WHERE id = ?", id);
  }

  List<Quota> all() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT " + COLUMNS + " FROM quota ORDER BY id")
                .map((row, context) -> quota(row))
                .list());
  }

  /** By id, one more than the page has. */
  List<Quota> page(Visible visible, PageRequest page) {
    VisibleRows rows = new VisibleRows(visible);
    return database.read(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT "
                      + COLUMNS
                      + " FROM quota WHERE id > :after"
                      + rows.sql()
                      + " ORDER BY id LIMIT :rows");
          return rows.bindTo(query)
              .bind("after", page.cursor(1).map(cursor -> cursor.value(0)).orElse(""))
              .bind("rows", page.rows())
              .map((row, context) -> quota(row))
              .list();
        });
  }

  static boolean organizationExists(Handle handle, String name) {
    return exists(
        handle.createQuery("SELECT count(*) FROM organization WHERE name = :a").bind("a", name));
  }

  static boolean projectExists(Handle handle, String organization, String name) {
    return exists(
        handle
            .createQuery("SELECT count(*) FROM project WHERE organization = :a AND name = :b")
            .bind("a", organization)
            .bind("b", name));
  }

  private static boolean exists(Query query) {
    return query.mapTo(Long.class).one() > 0;
  }

  /** The scope of a key. */
  static Optional<QuotaScope> key(Handle handle, String id) {
    return handle
        .createQuery("SELECT organization, project FROM api_key WHERE id = :id")
        .bind("id", id)
        .map(
            (row, context) ->
                QuotaScope.key(row.getString("organization"), row.getString("project"), id))
        .findOne();
  }

  private static Quota quota(ResultSet row) throws SQLException {
    Map<QuotaKind, Long> limits = new EnumMap<>(QuotaKind.class);
    for (QuotaKind kind : KINDS) {
      long value = row.getLong(kind.word());
      if (!row.wasNull()) {
        limits.put(kind, value);
      }
    }
    QuotaScope scope =
        new QuotaScope(
            level(row.getString("level")),
            row.getString("organization"),
            Optional.ofNullable(row.getString("project")),
            Optional.ofNullable(row.getString("api_key")));
    return new Quota(
        scope,
        new Limits(limits),
        row.getLong("version"),
        Instant.ofEpochMilli(row.getLong("changed_at")));
  }

  private static QuotaLevel level(String word) {
    return Arrays.stream(QuotaLevel.values())
        .filter(level -> level.name().equals(word.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow();
  }
}
