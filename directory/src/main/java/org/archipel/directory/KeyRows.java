package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.directory.LoadedKeys.LastUse;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of keys. */
final class KeyRows {
  private static final String COLUMNS =
      "id, label, purpose, organization, project, service_class, max_class, routing, max_routing,"
          + " queue_limit, models, required_labels, scopes, created_at, created_by, expires_at,"
          + " revoked_at, last_used_at, successor, user_secret, user_required, version";

  private KeyRows() {}

  /** A key with the hash of its secret, in hexadecimal. */
  record StoredKey(ApiKey key, String secretHash) {}

  /** False when the key's id is taken. */
  static boolean insert(Handle handle, ApiKey key, String secretHash) {
    return bind(
                handle.createUpdate(
                    "INSERT INTO api_key (id, label, purpose, organization, project, secret_sha256,"
                        + " service_class, max_class, routing, max_routing, queue_limit, models,"
                        + " required_labels, scopes, created_at, created_by, expires_at,"
                        + " user_secret, user_required, version) VALUES (:id, :label, :purpose,"
                        + " :organization, :project, :hash, :class, :maxClass, :routing,"
                        + " :maxRouting, :queue, :models, :labels, :scopes, :created, :createdBy,"
                        + " :expires, :userSecret, :userRequired, :version) ON CONFLICT DO"
                        + " NOTHING"),
                key)
            .bind("organization", key.organization())
            .bind("project", key.project())
            .bind("hash", secretHash)
            .bind("created", key.createdAt().toEpochMilli())
            .bind("createdBy", key.life().createdBy())
            .execute()
        == 1;
  }

  /** Puts {@code after} in place of the row as it was one version before. */
  static void update(Handle handle, ApiKey after) {
    int rows =
        bind(
                handle.createUpdate(
                    "UPDATE api_key SET label = :label, purpose = :purpose,"
                        + " service_class = :class, max_class = :maxClass, routing = :routing,"
                        + " max_routing = :maxRouting, queue_limit = :queue, models = :models,"
                        + " required_labels = :labels, scopes = :scopes, expires_at = :expires,"
                        + " revoked_at = :revoked, successor = :successor,"
                        + " user_secret = :userSecret, user_required = :userRequired,"
                        + " version = :version"
                        + " WHERE id = :id AND version = :version - 1"),
                after)
            .bind("revoked", after.revokedAt().map(Instant::toEpochMilli))
            .bind("successor", after.life().successor())
            .execute();
    Register.checkUpdated("key " + after.id(), rows);
  }

  private static <S extends SqlStatement<S>> S bind(S statement, ApiKey key) {
    KeyProfile profile = key.profile();
    KeyTerms terms = profile.terms();
    Optional<String> models =
        profile.models().all()
            ? Optional.empty()
            : Optional.of(Words.joined(profile.models().patterns()));
    return statement
        .bind("id", key.id())
        .bind("label", profile.label())
        .bind("purpose", profile.purpose())
        .bind("class", terms.serviceClass().word())
        .bind("maxClass", terms.maxClass().word())
        .bind("routing", terms.routing().word())
        .bind("maxRouting", terms.maxRouting().word())
        .bind("queue", terms.queue().isPresent() ? terms.queue().getAsInt() : null)
        .bind("models", models)
        .bind("labels", Words.joined(profile.requiredLabels()))
        .bind("scopes", words(profile.scopes()))
        .bind("expires", profile.expiresAt().map(Instant::toEpochMilli))
        .bind("userSecret", profile.userProof().map(UserProof::sealed))
        .bind("userRequired", profile.userProof().filter(UserProof::required).isPresent() ? 1 : 0)
        .bind("version", key.version());
  }

  private static String words(Set<Scope> scopes) {
    return Words.joined(scopes.stream().map(Scope::word).collect(Collectors.toSet()));
  }

  static Optional<ApiKey> find(Handle handle, String id) {
    return list(handle, new Conditions().add("id = :id", "id", id), "").stream().findFirst();
  }

  static List<ApiKey> list(Handle handle, Conditions conditions, String order) {
    return conditions
        .bindTo(
            handle.createQuery("SELECT " + COLUMNS + " FROM api_key" + conditions.where() + order))
        .map((row, context) -> key(row))
        .list();
  }

  static List<StoredKey> load(Handle handle) {
    return handle
        .createQuery("SELECT " + COLUMNS + ", secret_sha256 FROM api_key")
        .map((row, context) -> new StoredKey(key(row), row.getString("secret_sha256")))
        .list();
  }

  static void save(Handle handle, List<LastUse> uses) {
    PreparedBatch batch =
        handle.prepareBatch(
            "UPDATE api_key SET last_used_at = :at"
                + " WHERE id = :id AND (last_used_at IS NULL OR last_used_at < :at)");
    uses.forEach(use -> batch.bind("at", use.atMillis()).bind("id", use.id()).add());
    batch.execute();
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    Optional<String> models = OrganizationRows.text(row, "models");
    KeyProfile profile =
        new KeyProfile(
            OrganizationRows.text(row, "label"),
            OrganizationRows.text(row, "purpose"),
            terms(row),
            models.map(Words::split).map(AllowedModels::of).orElse(AllowedModels.ALL),
            Words.split(row.getString("required_labels")),
            Words.split(row.getString("scopes")).stream()
                .map(Scope::of)
                .collect(Collectors.toSet()),
            OrganizationRows.time(row, "expires_at"),
            userProof(row));
    ApiKey.Life life =
        new ApiKey.Life(
            Instant.ofEpochMilli(row.getLong("created_at")),
            OrganizationRows.text(row, "created_by"),
            OrganizationRows.time(row, "revoked_at"),
            OrganizationRows.time(row, "last_used_at"),
            OrganizationRows.text(row, "successor"));
    return new ApiKey(
        row.getString("id"),
        row.getString("organization"),
        row.getString("project"),
        profile,
        life,
        row.getLong("version"));
  }

  private static Optional<UserProof> userProof(ResultSet row) throws SQLException {
    boolean required = row.getInt("user_required") == 1;
    return OrganizationRows.text(row, "user_secret").map(secret -> new UserProof(secret, required));
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
}
