package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.LoadedKeys.LastUse;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of the directory. */
final class DirectoryStore {
  private static final String KEY_COLUMNS =
      "id, label, organization, project, service_class, max_class, routing, max_routing,"
          + " queue_limit, created_at, expires_at, revoked_at, last_used_at";

  private final Database database;
  private final AuditLog audit;

  DirectoryStore(Database database, AuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  void insert(Actor actor, Organization organization) {
    database.write(
        handle -> {
          int inserted =
              handle.execute(
                  "INSERT INTO organization (name, created_at) VALUES (?, ?)"
                      + " ON CONFLICT DO NOTHING",
                  organization.name(),
                  organization.createdAt().toEpochMilli());
          if (inserted == 0) {
            throw new DirectoryException(
                Kind.EXISTS, "organization " + organization.name() + " exists already");
          }
          String name = organization.name();
          audit.append(handle, entry(actor, "organization.create", name, name, Map.of()));
          return inserted;
        });
  }

  private static AuditEntry entry(
      Actor actor,
      String action,
      String subject,
      String organization,
      Map<String, String> details) {
    return new AuditEntry(actor, action, subject, Optional.of(organization), details);
  }

  List<Organization> organizations() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT name, created_at FROM organization ORDER BY name")
                .map(
                    (row, context) ->
                        new Organization(
                            row.getString("name"), Instant.ofEpochMilli(row.getLong("created_at"))))
                .list());
  }

  void insert(Actor actor, Project project) {
    String organization = project.organization();
    database.write(
        handle -> {
          requireOrganization(handle, organization);
          int inserted =
              handle.execute(
                  "INSERT INTO project (organization, name, created_at) VALUES (?, ?, ?)"
                      + " ON CONFLICT DO NOTHING",
                  organization,
                  project.name(),
                  project.createdAt().toEpochMilli());
          if (inserted == 0) {
            throw new DirectoryException(
                Kind.EXISTS,
                "project " + project.name() + " of " + organization + " exists already");
          }
          String subject = organization + "/" + project.name();
          audit.append(handle, entry(actor, "project.create", subject, organization, Map.of()));
          return inserted;
        });
  }

  List<Project> projects(Optional<String> organization) {
    return database.read(
        handle -> {
          organization.ifPresent(name -> requireOrganization(handle, name));
          return handle
              .createQuery(
                  "SELECT organization, name, created_at FROM project"
                      + " WHERE organization = coalesce(:organization, organization)"
                      + " ORDER BY organization, name")
              .bind("organization", organization)
              .map(
                  (row, context) ->
                      new Project(
                          row.getString("organization"),
                          row.getString("name"),
                          Instant.ofEpochMilli(row.getLong("created_at"))))
              .list();
        });
  }

  /** False when the key's id is taken. */
  boolean insert(Actor actor, ApiKey key, String secretHash) {
    KeyTerms terms = key.terms();
    return database.write(
        handle -> {
          requireProject(handle, key.organization(), key.project());
          int inserted =
              handle
                  .createUpdate(
                      "INSERT INTO api_key (id, organization, project, label, secret_sha256,"
                          + " service_class, max_class, routing, max_routing, queue_limit,"
                          + " created_at, expires_at) VALUES (:id, :organization, :project, :label,"
                          + " :hash, :class, :maxClass, :routing, :maxRouting, :queue, :created,"
                          + " :expires) ON CONFLICT DO NOTHING")
                  .bind("id", key.id())
                  .bind("organization", key.organization())
                  .bind("project", key.project())
                  .bind("label", key.label())
                  .bind("hash", secretHash)
                  .bind("class", terms.serviceClass().word())
                  .bind("maxClass", terms.maxClass().word())
                  .bind("routing", terms.routing().word())
                  .bind("maxRouting", terms.maxRouting().word())
                  .bind("queue", terms.queue().isPresent() ? terms.queue().getAsInt() : null)
                  .bind("created", key.createdAt().toEpochMilli())
                  .bind("expires", key.expiresAt().map(Instant::toEpochMilli))
                  .execute();
          if (inserted == 1) {
            Map<String, String> details = Map.of("project", key.project());
            audit.append(handle, entry(actor, "key.create", key.id(), key.organization(), details));
          }
          return inserted == 1;
        });
  }

  /** Keys by age, of one organization or one of its projects when asked for. */
  List<ApiKey> keys(Optional<String> organization, Optional<String> project) {
    return database.read(
        handle -> {
          organization.ifPresent(name -> requireOrganization(handle, name));
          if (organization.isPresent() && project.isPresent()) {
            requireProject(handle, organization.get(), project.get());
          }
          return handle
              .createQuery(
                  "SELECT "
                      + KEY_COLUMNS
                      + " FROM api_key WHERE organization = coalesce(:organization, organization)"
                      + " AND project = coalesce(:project, project) ORDER BY created_at, id")
              .bind("organization", organization)
              .bind("project", project)
              .map((row, context) -> key(row))
              .list();
        });
  }

  Optional<ApiKey> key(String id) {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT " + KEY_COLUMNS + " FROM api_key WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> key(row))
                .findOne());
  }

  /** A key with the hash of its secret, in hexadecimal. */
  record StoredKey(ApiKey key, String secretHash) {}

  List<StoredKey> load() {
    String query = "SELECT " + KEY_COLUMNS + ", secret_sha256 FROM api_key";
    return database.read(
        handle ->
            handle
                .createQuery(query)
                .map((row, context) -> new StoredKey(key(row), row.getString("secret_sha256")))
                .list());
  }

  /** A key that was revoked before keeps its first time. Empty when there is no such key. */
  Optional<ApiKey> revoke(Actor actor, String id, Instant now) {
    return database.write(
        handle -> {
          int revoked =
              handle.execute(
                  "UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                  now.toEpochMilli(),
                  id);
          Optional<ApiKey> key =
              handle
                  .createQuery("SELECT " + KEY_COLUMNS + " FROM api_key WHERE id = ?")
                  .bind(0, id)
                  .map((row, context) -> key(row))
                  .findOne();
          if (revoked == 1 && key.isPresent()) {
            String organization = key.get().organization();
            audit.append(handle, entry(actor, "key.revoke", id, organization, Map.of()));
          }
          return key;
        });
  }

  void save(List<LastUse> uses) {
    database.write(
        handle -> {
          PreparedBatch batch =
              handle.prepareBatch(
                  "UPDATE api_key SET last_used_at = :at"
                      + " WHERE id = :id AND (last_used_at IS NULL OR last_used_at < :at)");
          uses.forEach(use -> batch.bind("at", use.atMillis()).bind("id", use.id()).add());
          return batch.execute();
        });
  }

  private static void requireOrganization(Handle handle, String name) {
    if (none(handle, "SELECT count(*) FROM organization WHERE name = ?", name)) {
      throw new DirectoryException(
          Kind.NOT_FOUND, "organization " + Names.shown(name) + " does not exist");
    }
  }

  private static void requireProject(Handle handle, String organization, String name) {
    requireOrganization(handle, organization);
    String count = "SELECT count(*) FROM project WHERE organization = ? AND name = ?";
    if (none(handle, count, organization, name)) {
      throw new DirectoryException(
          Kind.NOT_FOUND,
          "project " + Names.shown(name) + " of " + organization + " does not exist");
    }
  }

  private static boolean none(Handle handle, String count, Object... values) {
    return handle.select(count, values).mapTo(Integer.class).one() == 0;
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    return new ApiKey(
        row.getString("id"),
        Optional.ofNullable(row.getString("label")),
        row.getString("organization"),
        row.getString("project"),
        terms(row),
        Instant.ofEpochMilli(row.getLong("created_at")),
        time(row, "expires_at"),
        time(row, "revoked_at"),
        time(row, "last_used_at"));
  }

  private static KeyTerms terms(ResultSet row) throws SQLException {
    int queue = row.getInt("queue_limit");
    OptionalInt limit = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(queue);
    return new KeyTerms(
        KeyTerms.stored(row.getString("service_class"), KeyTerms.ServiceClass.values()),
        KeyTerms.stored(row.getString("max_class"), KeyTerms.ServiceClass.values()),
        KeyTerms.stored(row.getString("routing"), KeyTerms.Routing.values()),
        KeyTerms.stored(row.getString("max_routing"), KeyTerms.Routing.values()),
        limit);
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
