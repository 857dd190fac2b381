package org.archipel.directory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * What the consortium allows organizations. Thread-safe; all methods but {@link #limits} block.
 *
 * <p>The rule: a contributor may use every model of the site that knows it without an entitlement;
 * a beneficiary may use what its entitlements permit at the moment, and nothing else. It is judged
 * from memory at each request, so an entitlement begins and ends to the millisecond.
 */
public final class Entitlements {
  private static final int LONGEST_DECISION = 2_000;

  private final Register register;
  private final Standings standings;

  Entitlements(Register register, Standings standings) {
    this.register = register;
    this.standings = standings;
  }

  /**
   * What is granted.
   *
   * @param organization to whom
   * @param project to one of its projects only
   * @param terms what, and when
   * @param decision which decision it comes from, for people, at most 2,000 characters
   */
  public record Grant(
      String organization, Optional<String> project, EntitlementTerms terms, String decision) {
    /**
     * Checks.
     *
     * @throws DirectoryException when the decision has not its form
     */
    public Grant {
      Names.checkProse("decision", Optional.of(decision), LONGEST_DECISION);
    }
  }

  /** Allows an organization something, beside what it was allowed before. */
  public Entitlement grant(Actor actor, Grant grant) {
    checkNotOver(grant.terms(), register.now());
    return standings.inOrder(
        () -> {
          Granted granted =
              register
                  .database()
                  .write(
                      handle -> {
                        requireOwner(handle, grant.organization(), grant.project());
                        Entitlement made = insert(register, handle, actor, grant, Optional.empty());
                        return new Granted(made, standing(handle, made.organization()));
                      });
          standings.put(granted.entitlement().organization(), granted.standing());
          return granted.entitlement();
        });
  }

  /** An entitlement and how its organization stands with it. */
  record Granted(Entitlement entitlement, Standing standing) {}

  static void checkNotOver(EntitlementTerms terms, Instant now) {
    if (terms.until().filter(end -> !end.isAfter(now)).isPresent()) {
      throw Names.invalid("until", terms.until().get().toString(), "after now, " + now);
    }
  }

  static void requireOwner(Handle handle, String organization, Optional<String> project) {
    OrganizationRows.requireExists(handle, organization);
    project.ifPresent(name -> Projects.require(handle, organization, name));
  }

  static Standing standing(Handle handle, String organization) {
    return OrganizationRows.standings(handle, Optional.of(organization))
        .getOrDefault(organization, Standing.UNKNOWN);
  }

  /** Stores an entitlement with its audit line, within somebody's transaction. */
  static Entitlement insert(
      Register register, Handle handle, Actor actor, Grant grant, Optional<String> request) {
    Entitlement made =
        new Entitlement(
            register.drawId(),
            grant.organization(),
            grant.project(),
            grant.terms(),
            new Entitlement.Source(request, grant.decision(), actor.toString()),
            register.now(),
            1);
    EntitlementRows.insert(handle, made);
    Map<String, String> details = grant.terms().described();
    grant.project().ifPresent(name -> details.put("project", name));
    request.ifPresent(id -> details.put("request", id));
    register.log(
        handle,
        actor,
        "entitlement.grant",
        new Register.Subject(made.id(), made.organization(), details));
    return made;
  }

  /**
   * Sets the end of an entitlement: now, or at another moment from now on. One that has ended stays
   * as it is.
   *
   * @param expected the version that it must have, if that matters
   * @param at empty for now
   */
  public Entitlement end(Actor actor, String id, OptionalLong expected, Optional<Instant> at) {
    Instant now = register.now();
    at.filter(end -> end.isBefore(now))
        .ifPresent(
            end -> {
              throw Names.invalid("until", end.toString(), "now, " + now + ", or later");
            });
    return standings.inOrder(
        () -> {
          Granted ended =
              register
                  .database()
                  .write(
                      handle -> {
                        Entitlement after = end(handle, actor, id, expected, at.orElse(now));
                        return new Granted(after, standing(handle, after.organization()));
                      });
          standings.put(ended.entitlement().organization(), ended.standing());
          return ended.entitlement();
        });
  }

  private Entitlement end(
      Handle handle, Actor actor, String id, OptionalLong expected, Instant end) {
    Entitlement before =
        EntitlementRows.find(handle, id)
            .orElseThrow(
                () ->
                    new DirectoryException(
                        Kind.NOT_FOUND, "entitlement " + Names.shown(id) + " does not exist"));
    Register.checkVersion("entitlement " + id, expected, before.version());
    EntitlementTerms terms = before.terms();
    if (!terms.until().orElse(Instant.MAX).isAfter(register.now())) {
      return before;
    }
    // One that has not begun ends right where it would have begun, and so never does.
    return ended(handle, actor, before, end.isBefore(terms.from()) ? terms.from() : end);
  }

  private Entitlement ended(Handle handle, Actor actor, Entitlement before, Instant end) {
    Entitlement after =
        new Entitlement(
            before.id(),
            before.organization(),
            before.project(),
            before.terms().until(end),
            before.source(),
            before.createdAt(),
            before.version() + 1);
    EntitlementRows.updateEnd(handle, after);
    Map<String, String> details = Map.of("until", end.toString());
    register.log(
        handle,
        actor,
        "entitlement.end",
        new Register.Subject(after.id(), after.organization(), details));
    return after;
  }

  /** Entitlements by age: all, or those of one organization; also those that have ended. */
  public Page<Entitlement> list(Optional<String> organization, Visible visible, PageRequest page) {
    Conditions conditions =
        new Conditions()
            .addIf("organization = :organization", "organization", organization)
            .visible(visible, "organization", Optional.of("project"));
    page.cursor(2)
        .ifPresent(
            at ->
                conditions
                    .add("(created_at, id) > (:afterAt, :after)", "afterAt", at.number(0))
                    .with("after", at.value(1)));
    conditions.with("rows", page.rows());
    return register
        .database()
        .read(
            handle -> {
              organization.ifPresent(name -> OrganizationRows.requireExists(handle, name));
              return Page.of(
                  EntitlementRows.list(handle, conditions, " ORDER BY created_at, id LIMIT :rows"),
                  page,
                  last -> PageCursor.of(last.createdAt().toEpochMilli(), last.id()));
            });
  }

  /** The entitlement of an id, if there is one. */
  public Optional<Entitlement> find(String id) {
    return register.database().read(handle -> EntitlementRows.find(handle, id));
  }

  /**
   * The limits of all entitlements that an organization has at this moment, also of those that
   * limit nothing: from memory, for whoever enforces them. Whatever the kind of the organization.
   *
   * @param nowMillis since 1970
   */
  public List<AgreedLimits> limits(String organization, long nowMillis) {
    return standings.of(organization).entitlements().stream()
        .map(Entitlement::terms)
        .filter(terms -> terms.activeAt(nowMillis))
        .map(EntitlementTerms::limits)
        .toList();
  }
}
