package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.Project;
import org.archipel.directory.ProjectProfile;
import org.archipel.directory.Projects;
import org.archipel.directory.access.Action;

/** Projects of organizations. */
final class ProjectRoutes {
  private static final String OF_ONE = "/api/v1/organizations/{organization}/projects";
  private static final String ONE = OF_ONE + "/{project}";
  private static final String WHOSE = "The organization's name";

  private final Projects projects;

  ProjectRoutes(Projects projects) {
    this.projects = projects;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(OF_ONE, "listProjectsOfOrganization", "Projects of an organization by name")
            .path("organization", WHOSE)
            .needs(Action.PROJECT_READ, Concern.LISTED)
            .pages(ProjectView.class),
        call -> list(call, Optional.of(call.path("organization"))));
    routes.add(
        Operation.post(OF_ONE, "createProject", "Creates a project")
            .path("organization", WHOSE)
            .needs(Action.PROJECT_CHANGE, Concern.ORGANIZATION)
            .takes(NewProject.class)
            .creates(ProjectView.class)
            .tagged()
            .repeatable(),
        this::create);
    routes.add(
        Operation.get("/api/v1/projects", "listProjects", "Projects by organization and name")
            .query("organization", "Only those of this organization")
            .needs(Action.PROJECT_READ, Concern.LISTED)
            .pages(ProjectView.class),
        call -> list(call, call.query("organization")));
    routes.add(
        Operation.get(ONE, "getProject", "One project")
            .path("organization", WHOSE)
            .path("project", "The project's name")
            .needs(Action.PROJECT_READ, Concern.PROJECT)
            .answers(ProjectView.class)
            .tagged(),
        this::show);
    changesTo(routes);
  }

  private void changesTo(Routes routes) {
    routes.add(
        one(Operation.patch(ONE, "changeProject", "Changes what is known of a project"))
            .takes(ProjectChange.class),
        call -> {
          ProjectChange change = call.body(ProjectChange.class);
          return answer(
              call,
              projects.change(
                  call.actor(),
                  call.path("organization"),
                  call.path("project"),
                  call.expected(),
                  change::of));
        });
    routes.add(
        one(Operation.post(ONE + "/archive", "archiveProject", "Closes a project and its keys")),
        call ->
            answer(
                call,
                projects.archive(
                    call.actor(),
                    call.path("organization"),
                    call.path("project"),
                    call.expected())));
    routes.add(
        one(Operation.post(ONE + "/restore", "restoreProject", "Opens an archived project again")),
        call ->
            answer(
                call,
                projects.restore(
                    call.actor(),
                    call.path("organization"),
                    call.path("project"),
                    call.expected())));
  }

  private static Operation one(Operation operation) {
    return operation
        .path("organization", WHOSE)
        .path("project", "The project's name")
        .needs(Action.PROJECT_CHANGE, Concern.PROJECT)
        .answers(ProjectView.class)
        .tagged()
        .conditional();
  }

  private HttpResponse list(Call call, Optional<String> organization) {
    return call.page(
        projects
            .list(organization, call.visible(organization, Optional.empty()), call.page())
            .map(ProjectView::of));
  }

  private HttpResponse create(Call call) {
    NewProject wish = call.body(NewProject.class);
    ProjectProfile profile =
        new ProjectChange(wish.displayName(), wish.purpose()).of(ProjectProfile.NONE);
    Project made =
        projects.create(
            call.actor(),
            call.path("organization"),
            OrganizationViews.required("name", wish.name()),
            profile);
    return call.created(ProjectView.of(made), made.version());
  }

  private HttpResponse show(Call call) {
    return answer(
        call,
        projects
            .find(call.path("organization"), call.path("project"))
            .orElseThrow(() -> Refusal.notFound("there is no project of this name")));
  }

  private static HttpResponse answer(Call call, Project one) {
    return call.answer(ProjectView.of(one), one.version());
  }

  private record NewProject(
      Optional<String> name, Optional<String> displayName, Optional<String> purpose) {}

  /** An empty text removes what was there. */
  private record ProjectChange(Optional<String> displayName, Optional<String> purpose) {
    ProjectProfile of(ProjectProfile before) {
      return new ProjectProfile(
          OrganizationViews.changed(displayName, before.displayName()),
          OrganizationViews.changed(purpose, before.purpose()));
    }
  }

  private record ProjectView(
      String organization,
      String name,
      Optional<String> displayName,
      Optional<String> purpose,
      Optional<Instant> archivedAt,
      Instant createdAt,
      long version) {
    static ProjectView of(Project one) {
      return new ProjectView(
          one.organization(),
          one.name(),
          one.profile().displayName(),
          one.profile().purpose(),
          one.archivedAt(),
          one.createdAt(),
          one.version());
    }
  }
}
