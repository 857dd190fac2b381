package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.archipel.control.EntitlementViews.End;
import org.archipel.control.EntitlementViews.EntitlementView;
import org.archipel.control.EntitlementViews.NewEntitlement;
import org.archipel.control.EntitlementViews.Wanted;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.Entitlement;
import org.archipel.directory.EntitlementTerms;
import org.archipel.directory.Entitlements;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;

/** What the consortium allows organizations. */
final class EntitlementRoutes {
  private static final String ALL = "/api/v1/entitlements";
  private static final String ONE = ALL + "/{id}";

  private final Entitlements entitlements;
  private final Clock clock;

  EntitlementRoutes(Entitlements entitlements, Clock clock) {
    this.entitlements = entitlements;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listEntitlements", "Entitlements by age, also those that have ended")
            .query("organization", "Only those of this organization")
            .needs(Action.ENTITLEMENT_READ, Concern.LISTED)
            .pages(EntitlementView.class),
        this::list);
    routes.add(
        Operation.post(ALL, "grantEntitlement", "Allows an organization something")
            .needs(Action.ENTITLEMENT_CHANGE, Concern.CONSORTIUM)
            .takes(NewEntitlement.class)
            .creates(EntitlementView.class)
            .tagged()
            .repeatable(),
        this::grant);
    routes.add(
        Operation.get(ONE, "getEntitlement", "One entitlement")
            .path("id", "The entitlement's id")
            .needs(Action.ENTITLEMENT_READ, Concern.FOUND)
            .answers(EntitlementView.class)
            .tagged(),
        this::show);
    routes.add(
        Operation.post(ONE + "/end", "endEntitlement", "Sets when an entitlement ends")
            .path("id", "The entitlement's id")
            .needs(Action.ENTITLEMENT_CHANGE, Concern.CONSORTIUM)
            .takes(End.class)
            .answers(EntitlementView.class)
            .tagged()
            .conditional(),
        this::end);
  }

  private HttpResponse list(Call call) {
    Optional<String> organization = call.query("organization");
    Instant now = clock.instant();
    return call.page(
        entitlements
            .list(organization, call.visible(organization, Optional.empty()), call.page())
            .map(one -> EntitlementView.of(one, now)));
  }

  private HttpResponse grant(Call call) {
    NewEntitlement wish = call.body(NewEntitlement.class);
    EntitlementTerms terms = terms(wish.terms(), clock.instant());
    Entitlement made =
        entitlements.grant(
            call.actor(),
            new Entitlements.Grant(
                OrganizationViews.required("organization", wish.organization()),
                wish.project(),
                terms,
                wish.decision().orElse("granted directly")));
    return call.created(EntitlementView.of(made, clock.instant()), made.version());
  }

  static EntitlementTerms terms(Optional<Wanted> wanted, Instant now) {
    return wanted
        .orElseThrow(() -> Refusal.badRequest("terms: missing (expected: what is to be allowed)"))
        .terms(now);
  }

  private HttpResponse show(Call call) {
    Optional<Entitlement> one = entitlements.find(call.path("id"));
    if (one.isEmpty()) {
      call.demand(Scope.site());
      throw Refusal.notFound("there is no entitlement of this id");
    }
    call.demand(Scope.of(one.get().organization(), one.get().project()));
    return answer(call, one.get());
  }

  private HttpResponse end(Call call) {
    Instant now = clock.instant();
    Optional<Instant> at =
        call.body(End.class).at().map(text -> TimeParameter.future("at", text, now));
    return answer(call, entitlements.end(call.actor(), call.path("id"), call.expected(), at));
  }

  private HttpResponse answer(Call call, Entitlement one) {
    return call.answer(EntitlementView.of(one, clock.instant()), one.version());
  }
}
