package org.archipel.directory.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.archipel.directory.access.AccessException.Kind;
import org.archipel.directory.access.RoleGrant.Origin;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The tables of persons and their roles. */
final class PersonRows {
  private static final String PERSON =
      "SELECT p.id, p.issuer, p.subject, p.display_name, p.email, p.pseudonym, p.created_at,"
          + " p.last_seen_at FROM person p";
  private static final String GRANT =
      "SELECT id, person, role, scope, organization, project, origin, version, created_at"
          + " FROM role_grant";

  private PersonRows() {}

  static Optional<String> id(Handle handle, String issuer, String subject) {
    return handle
        .createQuery("SELECT id FROM person WHERE issuer = :issuer AND subject = :subject")
        .bind("issuer", issuer)
        .bind("subject", subject)
        .mapTo(String.class)
        .findOne();
  }

  static Optional<Person> find(Handle handle, String id) {
    return handle
        .createQuery(PERSON + " WHERE p.id = :id")
        .bind("id", id)
        .map((row, context) -> person(handle, row))
        .findOne();
  }

  static Page<Person> page(
      Handle handle, Visible visible, Optional<String> organization, PageRequest page) {
    List<String> within = new ArrayList<>(visible.organizations());
    if (!visible.all() && within.isEmpty()) {
      return new Page<>(List.of(), Optional.empty());
    }
    StringBuilder sql = new StringBuilder(PERSON).append(" WHERE p.id > :after");
    if (!visible.all()) {
      sql.append(
          " AND EXISTS (SELECT 1 FROM role_grant g WHERE g.person = p.id"
              + " AND g.organization IN (<within>))");
    }
    if (organization.isPresent()) {
      sql.append(
          " AND EXISTS (SELECT 1 FROM role_grant g WHERE g.person = p.id"
              + " AND g.organization = :organization)");
    }
    sql.append(" ORDER BY p.id LIMIT :rows");
    try (Query query = handle.createQuery(sql.toString())) {
      query
          .bind("after", page.cursor(1).map(cursor -> cursor.value(0)).orElse(""))
          .bind("rows", page.rows());
      if (!visible.all()) {
        query.bindList("within", within);
      }
      organization.ifPresent(name -> query.bind("organization", name));
      List<Person> rows = query.map((row, context) -> person(handle, row)).list();
      return Page.of(rows, page, person -> PageCursor.of(person.id()));
    }
  }

  private static Person person(Handle handle, ResultSet row) throws SQLException {
    String id = row.getString("id");
    return new Person(
        id,
        row.getString("issuer"),
        row.getString("subject"),
        row.getString("display_name"),
        Optional.ofNullable(row.getString("email")),
        row.getString("pseudonym"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("last_seen_at")),
        grants(handle, id));
  }

  static List<RoleGrant> grants(Handle handle, String person) {
    return handle
        .createQuery(GRANT + " WHERE person = :person ORDER BY created_at, id")
        .bind("person", person)
        .map((row, context) -> grant(row))
        .list();
  }

  static Optional<RoleGrant> grant(Handle handle, String id) {
    return handle
        .createQuery(GRANT + " WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> grant(row))
        .findOne();
  }

  private static RoleGrant grant(ResultSet row) throws SQLException {
    String organization = row.getString("organization");
    String project = row.getString("project");
    Scope scope =
        switch (row.getString("scope")) {
          case "consortium" -> Scope.consortium();
          case "site" -> Scope.site();
          case "organization" -> new Scope.Organization(organization);
          default -> new Scope.Project(organization, project);
        };
    return new RoleGrant(
        row.getString("id"),
        row.getString("person"),
        Role.of(row.getString("role")).orElseThrow(),
        scope,
        Origin.valueOf(row.getString("origin").toUpperCase(Locale.ROOT)),
        row.getLong("version"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  /** False when the person has it already. */
  static boolean insert(Handle handle, RoleGrant grant) {
    return handle.execute(
            "INSERT INTO role_grant (id, person, role, scope, organization, project, origin,"
                + " version, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING",
            grant.id(),
            grant.person(),
            grant.role().word(),
            kind(grant.scope()),
            grant.scope().organizationName().orElse(""),
            grant.scope().projectName().orElse(""),
            word(grant.origin()),
            grant.version(),
            grant.createdAt().toEpochMilli())
        == 1;
  }

  static String word(Origin origin) {
    return origin.name().toLowerCase(Locale.ROOT);
  }

  static String kind(Scope scope) {
    return switch (scope) {
      case Scope.Consortium _ -> "consortium";
      case Scope.Site _ -> "site";
      case Scope.Organization _ -> "organization";
      case Scope.Project _ -> "project";
    };
  }

  static void requireScope(Handle handle, Scope scope) {
    boolean there =
        switch (scope) {
          case Scope.Consortium _, Scope.Site _ -> true;
          case Scope.Organization organization ->
              handle
                  .createQuery("SELECT 1 FROM organization WHERE name = :name")
                  .bind("name", organization.name())
                  .mapTo(Integer.class)
                  .findOne()
                  .isPresent();
          case Scope.Project project ->
              handle
                  .createQuery(
                      "SELECT 1 FROM project WHERE organization = :organization AND name = :name")
                  .bind("organization", project.organization())
                  .bind("name", project.name())
                  .mapTo(Integer.class)
                  .findOne()
                  .isPresent();
        };
    if (!there) {
      throw new AccessException(
          Kind.NOT_FOUND, "scope: no such organization or project (expected: one that exists)");
    }
  }
}
