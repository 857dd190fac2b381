package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.directory.KeyTerms.ServiceClass;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of entitlements, and what it has in common with that of requests. */
final class EntitlementRows {
  /** The columns of what is allowed or asked for. */
  static final String TERMS =
      "models, max_class, valid_from, valid_until, requests_per_minute, tokens_per_minute,"
          + " concurrent_requests, tokens_per_month";

  private static final String SELECT =
      "SELECT id, organization, project, "
          + TERMS
          + ", request, decision, created_by, created_at, version FROM entitlement";

  private EntitlementRows() {}

  static void insert(Handle handle, Entitlement entitlement) {
    bindTerms(
            handle.createUpdate(
                "INSERT INTO entitlement (id, organization, project, "
                    + TERMS
                    + ", request, decision, created_by, created_at, version) VALUES (:id,"
                    + " :organization, :project, :models, :maxClass, :from, :until,"
                    + " :requestsPerMinute, :tokensPerMinute, :concurrent, :tokensPerMonth,"
                    + " :request, :decision, :createdBy, :created, :version)"),
            entitlement.terms())
        .bind("id", entitlement.id())
        .bind("organization", entitlement.organization())
        .bind("project", entitlement.project())
        .bind("request", entitlement.source().request())
        .bind("decision", entitlement.source().decision())
        .bind("createdBy", entitlement.source().by())
        .bind("created", entitlement.createdAt().toEpochMilli())
        .bind("version", entitlement.version())
        .execute();
  }

  /** Sets when it ends in the row as it was one version before. */
  static void updateEnd(Handle handle, Entitlement after) {
    int rows =
        handle
            .createUpdate(
                "UPDATE entitlement SET valid_until = :until, version = :version"
                    + " WHERE id = :id AND version = :version - 1")
            .bind("until", after.terms().until().map(Instant::toEpochMilli))
            .bind("version", after.version())
            .bind("id", after.id())
            .execute();
    Register.checkUpdated("entitlement " + after.id(), rows);
  }

  static <S extends SqlStatement<S>> S bindTerms(S statement, EntitlementTerms terms) {
    AgreedLimits limits = terms.limits();
    return statement
        .bind("models", Words.joined(terms.models().patterns()))
        .bind("maxClass", terms.maxClass().word())
        .bind("from", terms.from().toEpochMilli())
        .bind("until", terms.until().map(Instant::toEpochMilli))
        .bind("requestsPerMinute", boxed(limits.requestsPerMinute()))
        .bind("tokensPerMinute", boxed(limits.tokensPerMinute()))
        .bind("concurrent", boxed(limits.concurrentRequests()))
        .bind("tokensPerMonth", boxed(limits.tokensPerMonth()));
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  static EntitlementTerms terms(ResultSet row) throws SQLException {
    return new EntitlementTerms(
        AllowedModels.of(Words.split(row.getString("models"))),
        KeyTerms.stored(row.getString("max_class"), ServiceClass.values()),
        Instant.ofEpochMilli(row.getLong("valid_from")),
        OrganizationRows.time(row, "valid_until"),
        new AgreedLimits(
            number(row, "requests_per_minute"),
            number(row, "tokens_per_minute"),
            number(row, "concurrent_requests"),
            number(row, "tokens_per_month")));
  }

  private static OptionalLong number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  static List<Entitlement> list(Handle handle, Conditions conditions, String order) {
    return conditions
        .bindTo(handle.createQuery(SELECT + conditions.where() + order))
        .map((row, context) -> entitlement(row))
        .list();
  }

  static Optional<Entitlement> find(Handle handle, String id) {
    return list(handle, new Conditions().add("id = :id", "id", id), "").stream().findFirst();
  }

  /** Entitlements of one organization or of all, also those that have ended. */
  static Map<String, List<Entitlement>> byOrganization(Handle handle, Optional<String> name) {
    Conditions which = new Conditions().addIf("organization = :of", "of", name);
    Map<String, List<Entitlement>> all = new HashMap<>();
    for (Entitlement entitlement : list(handle, which, " ORDER BY created_at, id")) {
      all.computeIfAbsent(entitlement.organization(), _ -> new ArrayList<>()).add(entitlement);
    }
    return all;
  }

  private static Entitlement entitlement(ResultSet row) throws SQLException {
    return new Entitlement(
        row.getString("id"),
        row.getString("organization"),
        OrganizationRows.text(row, "project"),
        terms(row),
        new Entitlement.Source(
            OrganizationRows.text(row, "request"),
            row.getString("decision"),
            row.getString("created_by")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("version"));
  }
}
