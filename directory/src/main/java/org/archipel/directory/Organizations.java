package org.archipel.directory;

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

/**
 * The organizations of a directory. Thread-safe; all methods but {@link #shares} block.
 *
 * <p>What a change does to keys it does at once: the key ring of this directory follows it before
 * the method returns.
 */
public final class Organizations {
  private final Register register;
  private final Standings standings;

  Organizations(Register register, Standings standings) {
    this.register = register;
    this.standings = standings;
  }

  /**
   * Creates an organization.
   *
   * @param name 1 to 64 characters of {@code [a-z0-9-]}, no hyphen at either end
   */
  public Organization create(Actor actor, String name, OrganizationProfile profile) {
    Names.checkSlug("organization", name);
    Organization made = new Organization(name, profile, Optional.empty(), register.now(), 1);
    return standings.inOrder(
        () -> {
          Standing standing =
              register
                  .database()
                  .write(
                      handle -> {
                        if (!OrganizationRows.insert(handle, made)) {
                          throw new DirectoryException(
                              Kind.EXISTS, "organization " + name + " exists already");
                        }
                        log(handle, actor, "organization.create", made, profile.described());
                        return standing(handle, name);
                      });
          standings.put(name, standing);
          return made;
        });
  }

  /** Organizations by name. */
  public Page<Organization> list(Visible visible, PageRequest page) {
    Conditions conditions = new Conditions().visible(visible, "name", Optional.empty());
    page.cursor(1).ifPresent(at -> conditions.add("name > :after", "after", at.value(0)));
    conditions.with("rows", page.rows());
    return register
        .database()
        .read(
            handle ->
                Page.of(
                    OrganizationRows.list(handle, conditions, " ORDER BY name LIMIT :rows"),
                    page,
                    last -> PageCursor.of(last.name())));
  }

  /** Whether there is no organization at all. */
  public boolean none() {
    return list(Visible.EVERYTHING, new PageRequest(Optional.empty(), 1)).items().isEmpty();
  }

  /** The organization of a name, if there is one. */
  public Optional<Organization> find(String name) {
    return register.database().read(handle -> OrganizationRows.find(handle, name));
  }

  /**
   * Changes what is known of an organization. A change that changes nothing leaves no trace.
   *
   * @param expected the version that it must have, if that matters
   * @param change from what is known to what shall be; may be called more than once
   */
  public Organization change(
      Actor actor, String name, OptionalLong expected, UnaryOperator<OrganizationProfile> change) {
    return update(
        actor,
        "organization.change",
        name,
        expected,
        before ->
            new Organization(
                name,
                change.apply(before.profile()),
                before.suspension(),
                before.createdAt(),
                before.version() + 1));
  }

  /**
   * Stops everything that an organization does, at once, until {@link #resume}. One that is
   * suspended stays as it is.
   *
   * @param why for its people, 1 to 500 characters
   */
  public Organization suspend(Actor actor, String name, OptionalLong expected, String why) {
    Suspension suspension = new Suspension(register.now(), why);
    return update(
        actor,
        "organization.suspend",
        name,
        expected,
        before -> with(before, before.suspension().or(() -> Optional.of(suspension))));
  }

  /** Lifts a suspension: keys work again as before, at once. */
  public Organization resume(Actor actor, String name, OptionalLong expected) {
    return update(
        actor, "organization.resume", name, expected, before -> with(before, Optional.empty()));
  }

  private static Organization with(Organization before, Optional<Suspension> suspension) {
    return new Organization(
        before.name(), before.profile(), suspension, before.createdAt(), before.version() + 1);
  }

  private Organization update(
      Actor actor,
      String action,
      String name,
      OptionalLong expected,
      UnaryOperator<Organization> change) {
    return standings.inOrder(
        () -> {
          Changed changed =
              register
                  .database()
                  .write(
                      handle -> {
                        Organization before = OrganizationRows.require(handle, name);
                        Register.checkVersion("organization " + name, expected, before.version());
                        Organization after = change.apply(before);
                        Map<String, String> details =
                            Register.changes(described(before), described(after));
                        boolean same =
                            before.profile().equals(after.profile())
                                && before.suspension().equals(after.suspension());
                        if (same) {
                          return new Changed(before, standing(handle, name));
                        }
                        OrganizationRows.update(handle, after);
                        log(handle, actor, action, after, details);
                        return new Changed(after, standing(handle, name));
                      });
          standings.put(name, changed.standing());
          return changed.organization();
        });
  }

  private record Changed(Organization organization, Standing standing) {}

  private static Map<String, String> described(Organization organization) {
    Map<String, String> all = organization.profile().described();
    organization.suspension().ifPresent(suspension -> all.put("suspended", suspension.why()));
    return all;
  }

  private static Standing standing(Handle handle, String name) {
    Optional<String> one = Optional.of(name);
    return OrganizationRows.standings(handle, one).getOrDefault(name, Standing.UNKNOWN);
  }

  private void log(
      Handle handle,
      Actor actor,
      String action,
      Organization organization,
      Map<String, String> details) {
    String name = organization.name();
    register.log(handle, actor, action, new Register.Subject(name, name, details));
  }

  /** The kind of an organization, as it is now: from memory; empty when it is not known. */
  public Optional<OrganizationKind> kind(String name) {
    return standings.kind(name);
  }

  /** The agreed share of each organization, by name, as it is now: from memory. */
  public Map<String, Integer> shares() {
    return standings.shares();
  }
}
