package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.DirectoryException.Kind;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/** The tables of organizations. */
final class OrganizationRows {
  private static final String SELECT =
      "SELECT name, kind, display_name, siren, siret, uai, ror, share, suspended_at,"
          + " suspended_why, created_at, version FROM organization";

  private OrganizationRows() {}

  /** False when the name is taken. */
  static boolean insert(Handle handle, Organization organization) {
    int inserted =
        bind(
                handle.createUpdate(
                    "INSERT INTO organization (name, kind, display_name, siren, siret, uai, ror,"
                        + " share, suspended_at, suspended_why, created_at, version) VALUES (:name,"
                        + " :kind, :displayName, :siren, :siret, :uai, :ror, :share, :suspendedAt,"
                        + " :suspendedWhy, :created, :version) ON CONFLICT DO NOTHING"),
                organization)
            .bind("created", organization.createdAt().toEpochMilli())
            .execute();
    if (inserted == 1) {
      insertContacts(handle, organization);
    }
    return inserted == 1;
  }

  /** Puts {@code after} in place of the row as it was one version before. */
  static void update(Handle handle, Organization after) {
    int rows =
        bind(
                handle.createUpdate(
                    "UPDATE organization SET kind = :kind, display_name = :displayName,"
                        + " siren = :siren, siret = :siret, uai = :uai, ror = :ror, share = :share,"
                        + " suspended_at = :suspendedAt, suspended_why = :suspendedWhy,"
                        + " version = :version WHERE name = :name AND version = :version - 1"),
                after)
            .execute();
    Register.checkUpdated("organization " + after.name(), rows);
    handle.execute("DELETE FROM contact WHERE organization = ?", after.name());
    insertContacts(handle, after);
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Organization organization) {
    OrganizationProfile profile = organization.profile();
    Identifiers identifiers = profile.identifiers();
    return statement
        .bind("name", organization.name())
        .bind("kind", profile.kind().word())
        .bind("displayName", profile.displayName())
        .bind("siren", identifiers.siren())
        .bind("siret", identifiers.siret())
        .bind("uai", identifiers.uai())
        .bind("ror", identifiers.ror())
        .bind("share", profile.share())
        .bind("suspendedAt", organization.suspension().map(why -> why.since().toEpochMilli()))
        .bind("suspendedWhy", organization.suspension().map(Suspension::why))
        .bind("version", organization.version());
  }

  private static void insertContacts(Handle handle, Organization organization) {
    int place = 0;
    for (Contact contact : organization.profile().contacts()) {
      handle
          .createUpdate(
              "INSERT INTO contact (organization, place, name, email, role)"
                  + " VALUES (:organization, :place, :name, :email, :role)")
          .bind("organization", organization.name())
          .bind("place", place++)
          .bind("name", contact.name())
          .bind("email", contact.email())
          .bind("role", contact.role())
          .execute();
    }
  }

  static Optional<Organization> find(Handle handle, String name) {
    Conditions one = new Conditions().add("name = :name", "name", name);
    return list(handle, one, "").stream().findFirst();
  }

  static Organization require(Handle handle, String name) {
    return find(handle, name)
        .orElseThrow(
            () ->
                new DirectoryException(
                    Kind.NOT_FOUND, "organization " + Names.shown(name) + " does not exist"));
  }

  static void requireExists(Handle handle, String name) {
    var found = handle.select("SELECT 1 FROM organization WHERE name = ?", name);
    if (found.mapTo(Integer.class).findOne().isEmpty()) {
      throw new DirectoryException(
          Kind.NOT_FOUND, "organization " + Names.shown(name) + " does not exist");
    }
  }

  /**
   * Reads organizations with their contacts.
   *
   * @param order what follows the conditions, for example the order
   */
  static List<Organization> list(Handle handle, Conditions conditions, String order) {
    Query query = handle.createQuery(SELECT + conditions.where() + order);
    List<Organization> bare =
        conditions.bindTo(query).map((row, context) -> organization(row)).list();
    if (bare.isEmpty()) {
      return bare;
    }
    Map<String, List<Contact>> contacts = contacts(handle, bare);
    return bare.stream()
        .map(one -> withContacts(one, contacts.getOrDefault(one.name(), List.of())))
        .toList();
  }

  private static Map<String, List<Contact>> contacts(Handle handle, List<Organization> of) {
    Map<String, List<Contact>> contacts = new HashMap<>();
    handle
        .createQuery(
            "SELECT organization, name, email, role FROM contact"
                + " WHERE organization IN (<names>) ORDER BY organization, place")
        .bindList("names", of.stream().map(Organization::name).toList())
        .map(
            (row, context) ->
                contacts
                    .computeIfAbsent(row.getString("organization"), _ -> new ArrayList<>())
                    .add(
                        new Contact(
                            row.getString("name"),
                            row.getString("email"),
                            Optional.ofNullable(row.getString("role")))))
        .list();
    return contacts;
  }

  private static Organization withContacts(Organization bare, List<Contact> contacts) {
    OrganizationProfile known = bare.profile();
    OrganizationProfile whole =
        new OrganizationProfile(
            known.kind(), known.displayName(), known.identifiers(), contacts, known.share());
    return new Organization(
        bare.name(), whole, bare.suspension(), bare.createdAt(), bare.version());
  }

  private static Organization organization(ResultSet row) throws SQLException {
    Identifiers identifiers =
        new Identifiers(text(row, "siren"), text(row, "siret"), text(row, "uai"), text(row, "ror"));
    OrganizationProfile profile =
        new OrganizationProfile(
            OrganizationKind.of(row.getString("kind")),
            text(row, "display_name"),
            identifiers,
            List.of(),
            row.getInt("share"));
    Optional<Instant> suspended = time(row, "suspended_at");
    String why = text(row, "suspended_why").orElse("");
    return new Organization(
        row.getString("name"),
        profile,
        suspended.map(since -> new Suspension(since, why)),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("version"));
  }

  /** How one organization stands, or all do. */
  static Map<String, Standing> standings(Handle handle, Optional<String> name) {
    Map<String, Set<String>> archived = new HashMap<>();
    Conditions closed =
        new Conditions()
            .add("archived_at IS NOT NULL")
            .addIf("organization = :organization", "organization", name);
    closed
        .bindTo(handle.createQuery("SELECT organization, name FROM project" + closed.where()))
        .map(
            (row, context) ->
                archived
                    .computeIfAbsent(row.getString("organization"), _ -> new HashSet<>())
                    .add(row.getString("name")))
        .list();
    Map<String, List<Entitlement>> entitlements = EntitlementRows.byOrganization(handle, name);
    Map<String, Standing> standings = new HashMap<>();
    Conditions which = new Conditions().addIf("name = :name", "name", name);
    for (Organization one : list(handle, which, "")) {
      standings.put(
          one.name(),
          new Standing(
              one.profile().kind(),
              one.profile().share(),
              one.suspension().isPresent(),
              archived.getOrDefault(one.name(), Set.of()),
              entitlements.getOrDefault(one.name(), List.of())));
    }
    return standings;
  }

  static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
