package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import org.archipel.control.EntitlementViews.NewRequest;
import org.archipel.control.EntitlementViews.Reason;
import org.archipel.control.EntitlementViews.RequestView;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.AccessRequest;
import org.archipel.directory.AccessRequest.State;
import org.archipel.directory.AccessRequest.Wish;
import org.archipel.directory.AccessRequests;
import org.archipel.directory.AccessRequests.RequestFilter;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;

/** Requests for access, and the votes on them. */
final class AccessRequestRoutes {
  private static final String ALL = "/api/v1/access-requests";
  private static final String ONE = ALL + "/{id}";

  private final AccessRequests requests;
  private final Clock clock;

  AccessRequestRoutes(AccessRequests requests, Clock clock) {
    this.requests = requests;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listAccessRequests", "Requests for access by age")
            .query("organization", "Only those of this organization")
            .query("state", "Only those that are draft, submitted, approved, refused, …")
            .needs(Action.REQUEST_READ, Concern.LISTED)
            .pages(RequestView.class),
        this::list);
    routes.add(
        Operation.post(ALL, "draftAccessRequest", "Writes a request down, to be submitted later")
            .needs(Action.REQUEST_CHANGE, Concern.FOUND)
            .takes(NewRequest.class)
            .creates(RequestView.class)
            .tagged()
            .repeatable(),
        this::draft);
    routes.add(
        Operation.get(ONE, "getAccessRequest", "One request with its votes")
            .path("id", "The request's id")
            .needs(Action.REQUEST_READ, Concern.FOUND)
            .answers(RequestView.class)
            .tagged(),
        call -> answer(call, found(call)));
    changesTo(routes);
    votesTo(routes);
  }

  private void changesTo(Routes routes) {
    routes.add(
        own(Operation.patch(ONE, "changeAccessRequest", "Puts another wish into a draft"))
            .takes(NewRequest.class),
        call -> {
          NewRequest body = call.body(NewRequest.class);
          AccessRequest before = found(call);
          Wish wish = wish(body, Optional.of(before.wish().organization()));
          call.demand(Scope.of(wish.organization(), wish.project()));
          return answer(call, requests.change(call.actor(), before.id(), call.expected(), wish));
        });
    routes.add(
        own(Operation.post(ONE + "/submit", "submitAccessRequest", "Asks for votes on a draft")),
        call -> answer(call, requests.submit(call.actor(), found(call).id(), call.expected())));
    routes.add(
        own(Operation.post(ONE + "/withdraw", "withdrawAccessRequest", "Asks no more")),
        call -> answer(call, requests.withdraw(call.actor(), found(call).id(), call.expected())));
  }

  private static Operation own(Operation operation) {
    return operation
        .path("id", "The request's id")
        .needs(Action.REQUEST_CHANGE, Concern.FOUND)
        .answers(RequestView.class)
        .tagged()
        .conditional();
  }

  private void votesTo(Routes routes) {
    routes.add(
        vote(Operation.post(ONE + "/approve", "approveAccessRequest", "Votes for a request")),
        call -> voted(call, true));
    routes.add(
        vote(Operation.post(ONE + "/refuse", "refuseAccessRequest", "Votes against a request")),
        call -> voted(call, false));
  }

  private static Operation vote(Operation operation) {
    return operation
        .path("id", "The request's id")
        .needs(Action.REQUEST_DECIDE, Concern.CONSORTIUM)
        .takes(Reason.class)
        .answers(RequestView.class)
        .tagged()
        .conditional();
  }

  private HttpResponse voted(Call call, boolean approve) {
    String reason = OrganizationViews.required("reason", call.body(Reason.class).reason());
    return answer(
        call, requests.vote(call.actor(), call.path("id"), call.expected(), approve, reason));
  }

  private HttpResponse list(Call call) {
    Optional<String> organization = call.query("organization");
    Optional<State> state = call.query("state").map(State::of);
    RequestFilter filter =
        new RequestFilter(organization, state, call.visible(organization, Optional.empty()));
    return call.page(requests.list(filter, call.page()).map(RequestView::of));
  }

  private HttpResponse draft(Call call) {
    Wish wish = wish(call.body(NewRequest.class), Optional.empty());
    call.demand(Scope.of(wish.organization(), wish.project()));
    AccessRequest made = requests.draft(call.actor(), wish);
    return call.created(RequestView.of(made), made.version());
  }

  private Wish wish(NewRequest body, Optional<String> organization) {
    return new Wish(
        OrganizationViews.required("organization", body.organization().or(() -> organization)),
        body.project(),
        EntitlementRoutes.terms(body.terms(), clock.instant()),
        OrganizationViews.required("purpose", body.purpose()));
  }

  /** The request of the path, when the caller may do with it what it wants to. */
  private AccessRequest found(Call call) {
    Optional<AccessRequest> one = requests.find(call.path("id"));
    if (one.isEmpty()) {
      call.demand(Scope.site());
      throw Refusal.notFound("there is no request of this id");
    }
    call.demand(Scope.of(one.get().wish().organization(), one.get().wish().project()));
    return one.get();
  }

  private static HttpResponse answer(Call call, AccessRequest one) {
    return call.answer(RequestView.of(one), one.version());
  }
}
