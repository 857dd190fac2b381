package org.archipel.directory.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.directory.access.AccessException.Kind;
import org.archipel.directory.access.RoleGrant.Origin;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * Persons and their roles. Thread-safe; every method blocks on the database. Each change and its
 * line in the audit log are one transaction. All throw {@link AccessException} for what the caller
 * can mend.
 */
public final class Persons {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_EMAIL = 320;

  private final Database database;
  private final AuditLog audit;
  private final SiteKey key;
  private final Clock clock;
  private final SecureRandom random;
  private final PersonSuspensions suspensions;

  /** Needs the directory's tables: the directory has to be open. */
  public Persons(Database database, AuditLog audit, SiteKey key, Clock clock, SecureRandom random) {
    this.database = database;
    this.audit = audit;
    this.key = key;
    this.clock = clock;
    this.random = random;
    this.suspensions = new PersonSuspensions(database, audit, clock);
  }

  /** Who may do nothing for now. */
  public PersonSuspensions suspensions() {
    return suspensions;
  }

  /**
   * Remembers somebody who has signed in, and makes the roles that come from the provider those
   * that its claims give now. Roles that were granted by hand stay.
   *
   * @throws AccessException when the person is suspended, or its subject is unusable
   */
  public Person signedIn(SignedIn who) {
    // At most 255 characters (OpenID Connect Core 1.0, §2); a NUL cannot be stored everywhere.
    String subject = who.subject();
    if (who.issuer().length() > 500
        || subject.isEmpty()
        || subject.length() > 255
        || subject.chars().anyMatch(Character::isISOControl)) {
      throw new AccessException(
          Kind.INVALID, "subject: unusable (expected: 1 to 255 printable characters)");
    }
    if (suspensions.contains(key.pseudonym(who.issuer(), who.subject()))) {
      throw new AccessException(Kind.SUSPENDED, "the person is suspended here");
    }
    return database.write(
        handle -> {
          String id = upsert(handle, who);
          follow(handle, id, who.roles());
          return PersonRows.find(handle, id).orElseThrow();
        });
  }

  private String upsert(Handle handle, SignedIn who) {
    long now = clock.millis();
    String name = printable(who.displayName(), LONGEST_NAME);
    Optional<String> email = who.email().map(text -> printable(text, LONGEST_EMAIL));
    Optional<String> known = PersonRows.id(handle, who.issuer(), who.subject());
    if (known.isPresent()) {
      handle.execute(
          "UPDATE person SET display_name = ?, email = ?, last_seen_at = ? WHERE id = ?",
          name,
          email.orElse(null),
          now,
          known.get());
      return known.get();
    }
    String id = Draws.id(random);
    handle.execute(
        "INSERT INTO person (id, issuer, subject, display_name, email, pseudonym, created_at,"
            + " last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        who.issuer(),
        who.subject(),
        name,
        email.orElse(null),
        key.pseudonym(who.issuer(), who.subject()),
        now,
        now);
    audit.append(
        handle,
        new AuditEntry(
            Actor.person(id),
            "person.create",
            id,
            Optional.empty(),
            Map.of("issuer", who.issuer())));
    return id;
  }

  private void follow(Handle handle, String person, Set<Subject.Held> wanted) {
    Set<Subject.Held> missing = new HashSet<>(wanted);
    for (RoleGrant grant : PersonRows.grants(handle, person)) {
      if (grant.origin() == Origin.PROVIDER
          && !missing.remove(new Subject.Held(grant.role(), grant.scope()))) {
        remove(handle, Actor.system("sign-in"), grant);
      }
    }
    for (Subject.Held held : missing) {
      insert(handle, Actor.system("sign-in"), person, held, Origin.PROVIDER);
    }
  }

  /** The person of an id, if there is one. */
  public Optional<Person> find(String id) {
    return database.read(handle -> PersonRows.find(handle, id));
  }

  /** Persons that have a role where the visible is, by id; all when all is visible. */
  public Page<Person> page(Visible visible, Optional<String> organization, PageRequest page) {
    return database.read(handle -> PersonRows.page(handle, visible, organization, page));
  }

  /**
   * The person as the authority knows it, with the roles of this moment; empty also while the
   * person is suspended.
   */
  public Optional<Subject> subject(String id) {
    return find(id)
        .filter(person -> !suspensions.contains(person.pseudonym()))
        .map(
            person ->
                new Subject.Person(
                    id,
                    person.roles().stream()
                        .map(grant -> new Subject.Held(grant.role(), grant.scope()))
                        .collect(Collectors.toSet())));
  }

  /**
   * Gives a person a role. Whether the actor may is the authority's matter.
   *
   * @throws AccessException when the role does not fit the scope, the person has it, or one of them
   *     does not exist
   */
  public RoleGrant grant(Actor actor, String person, Role role, Scope scope) {
    if (!role.fits(scope)) {
      throw new AccessException(
          Kind.INVALID,
          "scope: " + scope.text() + " (expected: one that fits " + role.word() + ")");
    }
    return database.write(
        handle -> {
          if (PersonRows.find(handle, person).isEmpty()) {
            throw new AccessException(Kind.NOT_FOUND, "person does not exist");
          }
          PersonRows.requireScope(handle, scope);
          return insert(handle, actor, person, new Subject.Held(role, scope), Origin.MANUAL);
        });
  }

  private RoleGrant insert(
      Handle handle, Actor actor, String person, Subject.Held held, Origin origin) {
    RoleGrant grant =
        new RoleGrant(
            Draws.id(random),
            person,
            held.role(),
            held.scope(),
            origin,
            1,
            Instant.ofEpochMilli(clock.millis()));
    if (!PersonRows.insert(handle, grant)) {
      throw new AccessException(Kind.EXISTS, "the person has this role already");
    }
    audit.append(handle, line(actor, "role.grant", grant));
    return grant;
  }

  /** The grant of an id, if there is one. */
  public Optional<RoleGrant> findGrant(String id) {
    return database.read(handle -> PersonRows.grant(handle, id));
  }

  /**
   * Takes a role away. One that the provider gives comes back at the next sign-in.
   *
   * @param expected the version that the caller has seen
   */
  public RoleGrant revoke(Actor actor, String grantId, OptionalLong expected) {
    return database.write(
        handle -> {
          RoleGrant grant =
              PersonRows.grant(handle, grantId)
                  .orElseThrow(
                      () -> new AccessException(Kind.NOT_FOUND, "the grant does not exist"));
          if (expected.isPresent() && expected.getAsLong() != grant.version()) {
            throw new AccessException(
                Kind.CONFLICT_VERSION,
                "version: " + expected.getAsLong() + " (expected: " + grant.version() + ")");
          }
          remove(handle, actor, grant);
          return grant;
        });
  }

  private void remove(Handle handle, Actor actor, RoleGrant grant) {
    handle.execute("DELETE FROM role_grant WHERE id = ?", grant.id());
    audit.append(handle, line(actor, "role.revoke", grant));
  }

  private static AuditEntry line(Actor actor, String action, RoleGrant grant) {
    return new AuditEntry(
        actor,
        action,
        grant.person(),
        grant.scope().organizationName(),
        Map.of(
            "role",
            grant.role().word(),
            "scope",
            grant.scope().text(),
            "origin",
            PersonRows.word(grant.origin())));
  }

  private static String printable(String text, int longest) {
    String clean = text.replaceAll("\\p{C}", "\uFFFD").strip();
    int end =
        clean.offsetByCodePoints(0, Math.min(longest, clean.codePointCount(0, clean.length())));
    return clean.substring(0, end);
  }
}
