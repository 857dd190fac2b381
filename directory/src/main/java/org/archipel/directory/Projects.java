package org.archipel.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/** The projects of a directory's organizations. Thread-safe; all methods block. */
public final class Projects {
  private static final String SELECT =
      "SELECT organization, name, display_name, purpose, archived_at, created_at, version"
          + " FROM project";

  private final Register register;
  private final Standings standings;

  Projects(Register register, Standings standings) {
    this.register = register;
    this.standings = standings;
  }

  /**
   * Creates a project of an organization.
   *
   * @param name like an organization's name
   */
  public Project create(Actor actor, String organization, String name, ProjectProfile profile) {
    Names.checkSlug("project", name);
    Project made = new Project(organization, name, profile, Optional.empty(), register.now(), 1);
    return register
        .database()
        .write(
            handle -> {
              OrganizationRows.requireExists(handle, organization);
              if (!insert(handle, made)) {
                throw new DirectoryException(
                    Kind.EXISTS, "project " + name + " of " + organization + " exists already");
              }
              log(handle, actor, "project.create", made, profile.described());
              return made;
            });
  }

  /** Projects by organization and name: all, or those of one organization. */
  public Page<Project> list(Optional<String> organization, Visible visible, PageRequest page) {
    Conditions conditions =
        new Conditions()
            .addIf("organization = :organization", "organization", organization)
            .visible(visible, "organization", Optional.of("name"));
    page.cursor(2)
        .ifPresent(
            at ->
                conditions
                    .add("(organization, name) > (:afterOf, :after)", "afterOf", at.value(0))
                    .with("after", at.value(1)));
    conditions.with("rows", page.rows());
    return register
        .database()
        .read(
            handle -> {
              organization.ifPresent(name -> OrganizationRows.requireExists(handle, name));
              return Page.of(
                  rows(handle, conditions, " ORDER BY organization, name LIMIT :rows"),
                  page,
                  last -> PageCursor.of(last.organization(), last.name()));
            });
  }

  /** A project, if there is one of that name. */
  public Optional<Project> find(String organization, String name) {
    return register.database().read(handle -> find(handle, organization, name));
  }

  /**
   * Changes what is known of a project. A change that changes nothing leaves no trace.
   *
   * @param expected the version that it must have, if that matters
   */
  public Project change(
      Actor actor,
      String organization,
      String name,
      OptionalLong expected,
      UnaryOperator<ProjectProfile> change) {
    return update(
        new Change(actor, "project.change", organization, name, expected),
        before -> with(before, change.apply(before.profile()), before.archivedAt()));
  }

  /** Closes a project: its keys are refused at once, and it gets no new ones. */
  public Project archive(Actor actor, String organization, String name, OptionalLong expected) {
    Instant now = register.now();
    return update(
        new Change(actor, "project.archive", organization, name, expected),
        before -> with(before, before.profile(), before.archivedAt().or(() -> Optional.of(now))));
  }

  /** Opens an archived project again: its keys work as before, at once. */
  public Project restore(Actor actor, String organization, String name, OptionalLong expected) {
    return update(
        new Change(actor, "project.restore", organization, name, expected),
        before -> with(before, before.profile(), Optional.empty()));
  }

  private static Project with(
      Project before, ProjectProfile profile, Optional<Instant> archivedAt) {
    return new Project(
        before.organization(),
        before.name(),
        profile,
        archivedAt,
        before.createdAt(),
        before.version() + 1);
  }

  private record Change(
      Actor actor, String action, String organization, String name, OptionalLong expected) {}

  private record Changed(Project project, Standing standing) {}

  private Project update(Change change, UnaryOperator<Project> work) {
    String organization = change.organization;
    return standings.inOrder(
        () -> {
          Changed changed =
              register
                  .database()
                  .write(
                      handle ->
                          new Changed(
                              update(handle, change, work),
                              OrganizationRows.standings(handle, Optional.of(organization))
                                  .getOrDefault(organization, Standing.UNKNOWN)));
          standings.put(organization, changed.standing());
          return changed.project();
        });
  }

  private Project update(Handle handle, Change change, UnaryOperator<Project> work) {
    Project before = require(handle, change.organization, change.name);
    Register.checkVersion("project " + change.name, change.expected, before.version());
    Project after = work.apply(before);
    if (before.profile().equals(after.profile())
        && before.archivedAt().equals(after.archivedAt())) {
      return before;
    }
    int rows =
        handle
            .createUpdate(
                "UPDATE project SET display_name = :displayName, purpose = :purpose,"
                    + " archived_at = :archived, version = :version WHERE"
                    + " organization = :organization AND name = :name AND version = :version - 1")
            .bind("displayName", after.profile().displayName())
            .bind("purpose", after.profile().purpose())
            .bind("archived", after.archivedAt().map(Instant::toEpochMilli))
            .bind("version", after.version())
            .bind("organization", after.organization())
            .bind("name", after.name())
            .execute();
    Register.checkUpdated("project " + change.name, rows);
    Map<String, String> details =
        Register.changes(before.profile().described(), after.profile().described());
    log(handle, change.actor, change.action, after, details);
    return after;
  }

  private static boolean insert(Handle handle, Project project) {
    return handle
            .createUpdate(
                "INSERT INTO project (organization, name, display_name, purpose, created_at,"
                    + " version) VALUES (:organization, :name, :displayName, :purpose, :created,"
                    + " 1) ON CONFLICT DO NOTHING")
            .bind("organization", project.organization())
            .bind("name", project.name())
            .bind("displayName", project.profile().displayName())
            .bind("purpose", project.profile().purpose())
            .bind("created", project.createdAt().toEpochMilli())
            .execute()
        == 1;
  }

  static Optional<Project> find(Handle handle, String organization, String name) {
    Conditions one =
        new Conditions()
            .add("organization = :organization", "organization", organization)
            .add("name = :name", "name", name);
    return rows(handle, one, "").stream().findFirst();
  }

  static Project require(Handle handle, String organization, String name) {
    OrganizationRows.requireExists(handle, organization);
    return find(handle, organization, name)
        .orElseThrow(
            () ->
                new DirectoryException(
                    Kind.NOT_FOUND,
                    "project " + Names.shown(name) + " of " + organization + " does not exist"));
  }

  private static List<Project> rows(Handle handle, Conditions conditions, String order) {
    return conditions
        .bindTo(handle.createQuery(SELECT + conditions.where() + order))
        .map((row, context) -> project(row))
        .list();
  }

  private static Project project(ResultSet row) throws SQLException {
    return new Project(
        row.getString("organization"),
        row.getString("name"),
        new ProjectProfile(
            OrganizationRows.text(row, "display_name"), OrganizationRows.text(row, "purpose")),
        OrganizationRows.time(row, "archived_at"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("version"));
  }

  private void log(
      Handle handle, Actor actor, String action, Project project, Map<String, String> details) {
    String subject = project.organization() + "/" + project.name();
    register.log(
        handle, actor, action, new Register.Subject(subject, project.organization(), details));
  }
}
