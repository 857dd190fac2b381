package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.PersonSuspensions;
import org.archipel.directory.access.Persons;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.RoleGrant;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;

/** Persons and their roles. */
final class PersonRoutes {
  private static final String SCOPES = "consortium, site, organization or project";

  private static final String WHO = "The person's id, or a pseudonym that usage names";

  private final Persons persons;

  PersonRoutes(Persons persons) {
    this.persons = persons;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/persons", "listPersons", "Persons who signed in, and their roles")
            .needs(Action.PERSON_READ, Concern.LISTED)
            .query("organization", "Only those with a role in this organization")
            .pages(PersonView.class),
        this::list);
    routes.add(
        Operation.get("/api/v1/persons/{person}", "getPerson", "A person and its roles")
            .path("person", "The person's id")
            .needs(Action.PERSON_READ, Concern.FOUND)
            .answers(PersonView.class),
        this::show);
    routes.add(
        Operation.post("/api/v1/persons/{person}/roles", "grantRole", "Gives a person a role")
            .path("person", "The person's id")
            .needs(Action.ROLE_CHANGE, Concern.FOUND)
            .takes(RoleWish.class)
            .creates(RoleView.class)
            .tagged()
            .repeatable(),
        this::grant);
    routes.add(
        Operation.post(
                "/api/v1/persons/{person}/suspend",
                "suspendPerson",
                "Stops a person within a second: sessions, tokens, and as a user behind a key")
            .path("person", WHO)
            .needs(Action.PERSON_SUSPEND, Concern.SITE)
            .answers(StandingView.class),
        call -> suspended(call, true));
    routes.add(
        Operation.post("/api/v1/persons/{person}/resume", "resumePerson", "Lets a person go on")
            .path("person", WHO)
            .needs(Action.PERSON_SUSPEND, Concern.SITE)
            .answers(StandingView.class),
        call -> suspended(call, false));
    routes.add(
        Operation.delete("/api/v1/roles/{grant}", "revokeRole", "Takes a role away")
            .path("grant", "The grant's id")
            .needs(Action.ROLE_CHANGE, Concern.FOUND)
            .answers(RoleView.class)
            .conditional(),
        this::revoke);
  }

  private HttpResponse list(Call call) {
    Optional<String> organization = call.query("organization");
    Visible visible = call.visible(organization, Optional.empty());
    return call.page(
        persons.page(visible, organization, call.page()).map(person -> view(person, visible)));
  }

  private HttpResponse show(Call call) {
    Visible visible = call.visible();
    Person person =
        persons
            .find(call.path("person"))
            .filter(one -> visible.all() || hasRoleIn(one, visible))
            .orElseThrow(() -> Refusal.notFound("no such person"));
    return call.answer(view(person, visible));
  }

  private HttpResponse suspended(Call call, boolean suspend) {
    String who = call.path("person");
    String pseudonym =
        PersonSuspensions.isPseudonym(who)
            ? who
            : persons
                .find(who)
                .map(Person::pseudonym)
                .orElseThrow(() -> Refusal.notFound("no such person"));
    if (suspend) {
      persons.suspensions().suspend(call.actor(), pseudonym);
    } else {
      persons.suspensions().resume(call.actor(), pseudonym);
    }
    return call.answer(new StandingView(pseudonym, suspend));
  }

  private static boolean hasRoleIn(Person person, Visible visible) {
    return person.roles().stream()
        .flatMap(role -> role.scope().organizationName().stream())
        .anyMatch(visible.organizations()::contains);
  }

  private HttpResponse grant(Call call) {
    RoleWish wish = call.body(RoleWish.class);
    Role role =
        Role.of(wish.role().orElse(""))
            .orElseThrow(
                () -> Refusal.badRequest("role: unknown (expected: one of " + words() + ")"));
    Scope scope = scope(wish);
    call.demand(scope);
    RoleGrant granted = persons.grant(call.actor(), call.path("person"), role, scope);
    return call.created(view(granted), granted.version());
  }

  private static String words() {
    return Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));
  }

  private static Scope scope(RoleWish wish) {
    return switch (wish.scope().orElse("")) {
      case "consortium" -> Scope.consortium();
      case "site" -> Scope.site();
      case "organization" -> new Scope.Organization(named("organization", wish.organization()));
      case "project" ->
          new Scope.Project(
              named("organization", wish.organization()), named("project", wish.project()));
      default -> throw Refusal.badRequest("scope: unknown (expected: " + SCOPES + ")");
    };
  }

  private static String named(String field, Optional<String> value) {
    return value
        .filter(name -> !name.isBlank())
        .orElseThrow(() -> Refusal.badRequest(field + ": missing (expected: a name)"));
  }

  private HttpResponse revoke(Call call) {
    Optional<RoleGrant> grant = persons.findGrant(call.path("grant"));
    call.demand(grant.map(RoleGrant::scope).orElse(Scope.site()));
    return call.answer(view(persons.revoke(call.actor(), call.path("grant"), call.expected())));
  }

  /** Roles in other organizations are not shown to who may not see those. */
  private PersonView view(Person person, Visible visible) {
    List<RoleView> roles =
        person.roles().stream()
            .filter(
                role ->
                    visible.all()
                        || role.scope()
                            .organizationName()
                            .filter(visible.organizations()::contains)
                            .isPresent())
            .map(PersonRoutes::view)
            .toList();
    return new PersonView(
        person.id(),
        person.issuer(),
        person.displayName(),
        person.email(),
        person.pseudonym(),
        persons.suspensions().contains(person.pseudonym()),
        person.createdAt(),
        person.lastSeenAt(),
        roles);
  }

  static RoleView view(RoleGrant grant) {
    Scope scope = grant.scope();
    return new RoleView(
        grant.id(),
        grant.role().word(),
        scope.getClass().getSimpleName().toLowerCase(Locale.ROOT),
        scope.organizationName(),
        scope.projectName(),
        grant.origin().name().toLowerCase(Locale.ROOT),
        grant.version(),
        grant.createdAt());
  }

  private record StandingView(
      @JsonPropertyDescription("how usage names the person") String pseudonym, boolean suspended) {}

  private record PersonView(
      String id,
      @JsonPropertyDescription("the provider that vouches for the person") String issuer,
      @JsonPropertyDescription("may be anything: escape it") String displayName,
      Optional<String> email,
      @JsonPropertyDescription("how usage names the person") String pseudonym,
      @JsonPropertyDescription("whether the person may do nothing for now") boolean suspended,
      Instant createdAt,
      Instant lastSeenAt,
      List<RoleView> roles) {}

  /** A role as it is shown. */
  record RoleView(
      @JsonPropertyDescription("the grant's id") String id,
      String role,
      @JsonPropertyDescription("consortium, site, organization or project") String scope,
      Optional<String> organization,
      Optional<String> project,
      @JsonPropertyDescription("manual, or provider: then it follows the claims") String origin,
      long version,
      Instant createdAt) {}

  private record RoleWish(
      @JsonPropertyDescription("the role's word") Optional<String> role,
      @JsonPropertyDescription("consortium, site, organization or project") Optional<String> scope,
      Optional<String> organization,
      Optional<String> project) {}
}
