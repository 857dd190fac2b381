package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.directory.ApiKey;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.NewKey;
import org.archipel.directory.Organization;
import org.archipel.directory.Project;
import org.archipel.storage.Actor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Organizations, projects and keys. Every change leaves a line in the log, without its secret. */
final class DirectoryRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryRoutes.class);

  private final Directory directory;
  private final Clock clock;

  DirectoryRoutes(Directory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.get("/api/v1/organizations", this::organizations);
    routes.post("/api/v1/organizations", this::createOrganization);
    routes.get("/api/v1/organizations/{organization}/projects", this::projectsOf);
    routes.post("/api/v1/organizations/{organization}/projects", this::createProject);
    routes.get("/api/v1/projects", this::projects);
    routes.get("/api/v1/keys", this::keys);
    routes.post("/api/v1/keys", this::createKey);
    routes.delete("/api/v1/keys/{id}", this::revokeKey);
  }

  private HttpResponse organizations(Call call) {
    call.expectOnly(Set.of());
    return call.json().answer(HttpStatus.OK, new Items<>(directory.organizations()));
  }

  private HttpResponse createOrganization(Call call) {
    NewName body = call.body(NewName.class);
    Organization made = directory.createOrganization(Actor.token(), required("name", body.name()));
    LOG.info("organization {} created", made.name());
    return call.json().answer(HttpStatus.CREATED, made);
  }

  private HttpResponse projectsOf(Call call) {
    List<Project> projects = directory.projects(Optional.of(call.path("organization")));
    return call.json().answer(HttpStatus.OK, new Items<>(projects));
  }

  private HttpResponse projects(Call call) {
    call.expectOnly(Set.of("organization"));
    List<Project> projects = directory.projects(call.query("organization"));
    return call.json().answer(HttpStatus.OK, new Items<>(projects));
  }

  private HttpResponse createProject(Call call) {
    NewName body = call.body(NewName.class);
    Project made =
        directory.createProject(
            Actor.token(), call.path("organization"), required("name", body.name()));
    LOG.info("project {}/{} created", made.organization(), made.name());
    return call.json().answer(HttpStatus.CREATED, made);
  }

  private HttpResponse keys(Call call) {
    call.expectOnly(Set.of("organization", "project"));
    List<KeyView> keys =
        directory.keys(call.query("organization"), call.query("project")).stream()
            .map(this::view)
            .toList();
    return call.json().answer(HttpStatus.OK, new Items<>(keys));
  }

  private HttpResponse createKey(Call call) {
    KeyWish wish = call.body(KeyWish.class);
    Optional<Instant> expires =
        wish.expires().map(text -> TimeParameter.future("expires", text, clock.instant()));
    NewKey made =
        directory.createKey(
            Actor.token(),
            required("organization", wish.organization()),
            required("project", wish.project()),
            wish.name(),
            expires,
            wish.terms());
    LOG.info("key {} created", made.key().id());
    return call.json().answer(HttpStatus.CREATED, new CreatedKey(made.secret(), view(made.key())));
  }

  private HttpResponse revokeKey(Call call) {
    ApiKey revoked = directory.revokeKey(Actor.token(), call.path("id"));
    LOG.info("key {} revoked", revoked.id());
    return call.json().answer(HttpStatus.OK, view(revoked));
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
   */
  private record CreatedKey(String secret, KeyView key) {
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
