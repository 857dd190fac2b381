package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.ApiKey;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.NewKey;
import org.archipel.directory.Organization;
import org.archipel.directory.Project;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Organizations, projects and keys. Every change leaves a line in the log, without its secret. */
final class DirectoryRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryRoutes.class);
  private static final String SHOWN_ONCE =
      "the secret was shown in the answer to the first request, and is not kept";

  private final Directory directory;
  private final Clock clock;

  DirectoryRoutes(Directory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    organizationsTo(routes);
    projectsTo(routes);
    keysTo(routes);
  }

  private void organizationsTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/organizations", "listOrganizations", "Organizations by name")
            .needs(Action.ORGANIZATION_READ, Concern.LISTED)
            .lists(Organization.class),
        this::organizations);
    routes.add(
        Operation.post("/api/v1/organizations", "createOrganization", "Creates an organization")
            .needs(Action.ORGANIZATION_CREATE, Concern.SITE)
            .takes(NewName.class)
            .creates(Organization.class)
            .repeatable(),
        this::createOrganization);
  }

  private void projectsTo(Routes routes) {
    String ofOne = "/api/v1/organizations/{organization}/projects";
    routes.add(
        Operation.get(ofOne, "listProjectsOfOrganization", "Projects of an organization by name")
            .path("organization", "The organization's name")
            .needs(Action.PROJECT_READ, Concern.LISTED)
            .lists(Project.class),
        call -> projects(call, Optional.of(call.path("organization"))));
    routes.add(
        Operation.post(ofOne, "createProject", "Creates a project")
            .path("organization", "The organization's name")
            .needs(Action.PROJECT_CHANGE, Concern.ORGANIZATION)
            .takes(NewName.class)
            .creates(Project.class)
            .repeatable(),
        this::createProject);
    routes.add(
        Operation.get("/api/v1/projects", "listProjects", "Projects by organization and name")
            .query("organization", "Only those of this organization")
            .needs(Action.PROJECT_READ, Concern.LISTED)
            .lists(Project.class),
        call -> projects(call, call.query("organization")));
  }

  private void keysTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/keys", "listKeys", "API keys by age, without their secrets")
            .query("organization", "Only those of this organization")
            .query("project", "Only those of this project of the organization")
            .needs(Action.KEY_READ, Concern.LISTED)
            .lists(KeyView.class),
        this::keys);
    routes.add(
        Operation.post("/api/v1/keys", "createKey", "Creates a key and shows its secret once")
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .takes(KeyWish.class)
            .creates(CreatedKey.class)
            .repeatable(),
        this::createKey);
    routes.add(
        Operation.delete("/api/v1/keys/{id}", "revokeKey", "Stops a key for ever, at once")
            .path("id", "The 12 characters between the key's hyphens")
            .needs(Action.KEY_CHANGE, Concern.FOUND)
            .answers(KeyView.class),
        this::revokeKey);
  }

  private HttpResponse organizations(Call call) {
    Visible visible = call.visible();
    return call.items(
        directory.organizations().stream()
            .filter(one -> visible.shows(one.name(), Optional.empty()))
            .toList());
  }

  private HttpResponse createOrganization(Call call) {
    NewName body = call.body(NewName.class);
    Organization made = directory.createOrganization(call.actor(), required("name", body.name()));
    LOG.info("organization {} created", made.name());
    return call.created(made);
  }

  private HttpResponse projects(Call call, Optional<String> organization) {
    Visible visible = call.visible(organization, Optional.empty());
    return call.items(
        directory.projects(organization).stream()
            .filter(one -> visible.shows(one.organization(), Optional.of(one.name())))
            .toList());
  }

  private HttpResponse createProject(Call call) {
    NewName body = call.body(NewName.class);
    Project made =
        directory.createProject(
            call.actor(), call.path("organization"), required("name", body.name()));
    LOG.info("project {}/{} created", made.organization(), made.name());
    return call.created(made);
  }

  private HttpResponse keys(Call call) {
    Optional<String> organization = call.query("organization");
    Optional<String> project = call.query("project");
    Visible visible = call.visible(organization, project);
    return call.items(
        directory.keys(organization, project).stream()
            .filter(key -> visible.shows(key.organization(), Optional.of(key.project())))
            .map(this::view)
            .toList());
  }

  private HttpResponse createKey(Call call) {
    KeyWish wish = call.body(KeyWish.class);
    Optional<Instant> expires =
        wish.expires().map(text -> TimeParameter.future("expires", text, clock.instant()));
    String organization = required("organization", wish.organization());
    String project = required("project", wish.project());
    call.demand(new Scope.Project(organization, project));
    NewKey made =
        directory.createKey(
            call.actor(), organization, project, wish.name(), expires, wish.terms());
    LOG.info("key {} created", made.key().id());
    KeyView view = view(made.key());
    return call.createdOnce(
        new CreatedKey(Optional.of(made.secret()), Optional.empty(), view),
        new CreatedKey(Optional.empty(), Optional.of(SHOWN_ONCE), view));
  }

  private HttpResponse revokeKey(Call call) {
    String id = call.path("id");
    directory
        .key(id)
        .ifPresentOrElse(
            key -> call.demand(new Scope.Project(key.organization(), key.project())),
            () -> call.demand(Scope.site()));
    ApiKey revoked = directory.revokeKey(call.actor(), id);
    LOG.info("key {} revoked", revoked.id());
    return call.answer(view(revoked));
  }

  private KeyView view(ApiKey key) {
    String state = "active";
    if (key.revokedAt().isPresent()) {
      state = "revoked";
    } else if (key.expiresAt().filter(end -> !end.isAfter(clock.instant())).isPresent()) {
      state = "expired";
    }
    return new KeyView(
        key.id(),
        key.label(),
        key.organization(),
        key.project(),
        state,
        key.terms().serviceClass().word(),
        key.terms().maxClass().word(),
        key.terms().routing().word(),
        key.terms().maxRouting().word(),
        key.terms().queue(),
        key.createdAt(),
        key.expiresAt(),
        key.revokedAt(),
        key.lastUsedAt());
  }

  private static String required(String field, Optional<String> value) {
    return value.orElseThrow(() -> Refusal.badRequest(field + ": missing (expected: a name)"));
  }

  private record NewName(Optional<String> name) {}

  private record KeyWish(
      Optional<String> organization,
      Optional<String> project,
      Optional<String> name,
      Optional<String> expires,
      @JsonProperty("class") Optional<String> serviceClass,
      Optional<String> maxClass,
      Optional<String> routing,
      Optional<String> maxRouting,
      OptionalInt queue) {
    KeyTerms terms() {
      return KeyTerms.asked(serviceClass, maxClass, routing, maxRouting, queue);
    }
  }

  /**
   * A key that was just made.
   *
   * @param secret the whole key, shown this once
   * @param note why there is no secret in the answer to a repeated request
   */
  private record CreatedKey(
      @JsonPropertyDescription("the whole key; in the first answer only") Optional<String> secret,
      @JsonPropertyDescription("why the secret is not here") Optional<String> note,
      KeyView key) {
    @Override
    public String toString() {
      return "CreatedKey[…, " + key + "]";
    }
  }

  private record KeyView(
      String id,
      Optional<String> name,
      String organization,
      String project,
      String state,
      @JsonProperty("class") String serviceClass,
      String maxClass,
      String routing,
      String maxRouting,
      OptionalInt queue,
      Instant createdAt,
      Optional<Instant> expiresAt,
      Optional<Instant> revokedAt,
      Optional<Instant> lastUsedAt) {}
}
