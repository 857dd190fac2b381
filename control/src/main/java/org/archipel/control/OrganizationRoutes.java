package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import org.archipel.control.Operation.Concern;
import org.archipel.control.OrganizationViews.Agreement;
import org.archipel.control.OrganizationViews.NewOrganization;
import org.archipel.control.OrganizationViews.OrganizationChange;
import org.archipel.control.OrganizationViews.OrganizationView;
import org.archipel.control.OrganizationViews.Why;
import org.archipel.directory.Organization;
import org.archipel.directory.Organizations;
import org.archipel.directory.access.Action;

/** Organizations, what is agreed with them, and whether they are suspended. */
final class OrganizationRoutes {
  private static final String ALL = "/api/v1/organizations";
  private static final String ONE = ALL + "/{organization}";

  private final Organizations organizations;

  OrganizationRoutes(Organizations organizations) {
    this.organizations = organizations;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listOrganizations", "Organizations by name")
            .needs(Action.ORGANIZATION_READ, Concern.LISTED)
            .pages(OrganizationView.class),
        call ->
            call.page(organizations.list(call.visible(), call.page()).map(OrganizationView::of)));
    routes.add(
        Operation.post(ALL, "createOrganization", "Creates an organization")
            .needs(Action.ORGANIZATION_CREATE, Concern.SITE)
            .takes(NewOrganization.class)
            .creates(OrganizationView.class)
            .tagged()
            .repeatable(),
        this::create);
    routes.add(
        Operation.get(ONE, "getOrganization", "One organization")
            .path("organization", "The organization's name")
            .needs(Action.ORGANIZATION_READ, Concern.ORGANIZATION)
            .answers(OrganizationView.class)
            .tagged(),
        this::show);
    changesTo(routes);
  }

  private void changesTo(Routes routes) {
    routes.add(
        one(Operation.patch(ONE, "changeOrganization", "Changes how it presents itself"))
            .needs(Action.ORGANIZATION_CHANGE, Concern.ORGANIZATION)
            .takes(OrganizationChange.class),
        call -> {
          OrganizationChange change = call.body(OrganizationChange.class);
          return answer(
              call, organizations.change(call.actor(), name(call), call.expected(), change::of));
        });
    routes.add(
        one(Operation.patch(ONE + "/agreement", "changeAgreement", "Changes its kind and share"))
            .needs(Action.ORGANIZATION_GOVERN, Concern.ORGANIZATION)
            .takes(Agreement.class),
        call -> {
          Agreement change = call.body(Agreement.class);
          return answer(
              call, organizations.change(call.actor(), name(call), call.expected(), change::of));
        });
    routes.add(
        one(Operation.post(ONE + "/suspend", "suspendOrganization", "Stops all its keys, at once"))
            .needs(Action.ORGANIZATION_GOVERN, Concern.ORGANIZATION)
            .takes(Why.class),
        call -> {
          String why = OrganizationViews.required("why", call.body(Why.class).why());
          return answer(
              call, organizations.suspend(call.actor(), name(call), call.expected(), why));
        });
    routes.add(
        one(Operation.post(ONE + "/resume", "resumeOrganization", "Lifts its suspension, at once"))
            .needs(Action.ORGANIZATION_GOVERN, Concern.ORGANIZATION),
        call -> answer(call, organizations.resume(call.actor(), name(call), call.expected())));
  }

  private static Operation one(Operation operation) {
    return operation
        .path("organization", "The organization's name")
        .answers(OrganizationView.class)
        .tagged()
        .conditional();
  }

  private static String name(Call call) {
    return call.path("organization");
  }

  private HttpResponse create(Call call) {
    NewOrganization wish = call.body(NewOrganization.class);
    String name = OrganizationViews.required("name", wish.name());
    Organization made = organizations.create(call.actor(), name, wish.profile());
    return call.created(OrganizationView.of(made), made.version());
  }

  private HttpResponse show(Call call) {
    return answer(
        call,
        organizations
            .find(name(call))
            .orElseThrow(() -> Refusal.notFound("there is no organization of this name")));
  }

  private static HttpResponse answer(Call call, Organization one) {
    return call.answer(OrganizationView.of(one), one.version());
  }
}
