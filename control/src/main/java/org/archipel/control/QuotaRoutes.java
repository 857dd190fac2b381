package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Scope;
import org.archipel.directory.quota.BudgetWarning;
import org.archipel.directory.quota.Event;
import org.archipel.directory.quota.Limits;
import org.archipel.directory.quota.Quota;
import org.archipel.directory.quota.QuotaKind;
import org.archipel.directory.quota.QuotaLevel;
import org.archipel.directory.quota.QuotaScope;
import org.archipel.directory.quota.QuotaStanding;
import org.archipel.directory.quota.QuotaStanding.BudgetStanding;
import org.archipel.directory.quota.RateLeft;

/** How much organizations, projects and keys may use, and what they have left; events of that. */
final class QuotaRoutes {
  private static final String ID =
      "organization:NAME, project:ORGANIZATION:NAME or key:ID, as the list shows it";

  private final QuotaRooms rooms;

  QuotaRoutes(QuotaRooms rooms) {
    this.rooms = rooms;
  }

  void addTo(Routes routes) {
    String one = "/api/v1/quotas/{id}";
    routes.add(
        Operation.get("/api/v1/quotas", "listQuotas", "Quotas, with what is left of them now")
            .needs(Action.QUOTA_READ, Concern.LISTED)
            .pages(QuotaView.class),
        this::list);
    routes.add(
        Operation.post("/api/v1/quotas", "setQuotaLimits", "Sets some limits, leaves the others")
            .needs(Action.QUOTA_CHANGE, Concern.FOUND)
            .takes(QuotaWish.class)
            .answers(QuotaView.class)
            .tagged()
            .conditional(),
        this::change);
    routes.add(
        Operation.get(one, "getQuota", "A quota, with what is left of it now")
            .path("id", ID)
            .needs(Action.QUOTA_READ, Concern.FOUND)
            .answers(QuotaView.class)
            .tagged(),
        this::get);
    routes.add(
        Operation.put(one, "putQuota", "Sets all limits of a quota: those not given are none")
            .path("id", ID)
            .needs(Action.QUOTA_CHANGE, Concern.FOUND)
            .takes(LimitsWish.class)
            .answers(QuotaView.class)
            .tagged()
            .conditional(),
        this::put);
    routes.add(
        Operation.delete(one, "removeQuota", "Removes a quota: its limits no longer count")
            .path("id", ID)
            .needs(Action.QUOTA_CHANGE, Concern.FOUND)
            .answersNothing()
            .conditional(),
        this::remove);
    routes.add(
        Operation.get(
                "/api/v1/events", "listEvents", "Budgets at 80 % or at their end, latest first")
            .needs(Action.QUOTA_READ, Concern.LISTED)
            .pages(EventView.class),
        call -> call.page(rooms.events().list(call.visible(), call.page()).map(QuotaRoutes::view)));
  }

  private HttpResponse list(Call call) {
    return call.page(rooms.quotas().list(call.visible(), call.page()).map(this::view));
  }

  private HttpResponse get(Call call) {
    QuotaScope scope = scope(call, call.path("id"));
    call.demand(Scope.of(scope.organization(), scope.project()));
    return answer(call, rooms.quotas().get(scope.id()));
  }

  private HttpResponse put(Call call) {
    QuotaScope scope = scope(call, call.path("id"));
    demandChange(call, scope);
    Limits limits = limits(call.body(LimitsWish.class).limits());
    return answer(call, rooms.quotas().set(call.actor(), scope, limits, call.expected()));
  }

  private HttpResponse change(Call call) {
    QuotaWish wish = call.body(QuotaWish.class);
    QuotaScope scope = scope(call, wish.id());
    demandChange(call, scope);
    Limits limits = limits(wish.limits());
    return answer(call, rooms.quotas().change(call.actor(), scope, limits, call.expected()));
  }

  private HttpResponse remove(Call call) {
    QuotaScope scope = scope(call, call.path("id"));
    demandChange(call, scope);
    rooms.quotas().remove(call.actor(), scope.id(), call.expected());
    return call.nothing();
  }

  /** What a whole organization may use is not for itself to say. */
  private static void demandChange(Call call, QuotaScope scope) {
    call.demand(
        scope.level() == QuotaLevel.ORGANIZATION
            ? new Scope.Site()
            : Scope.of(scope.organization(), scope.project()));
  }

  private QuotaScope scope(Call call, String id) {
    try {
      return rooms.quotas().scope(id);
    } catch (DirectoryException e) {
      // Whether a key exists is told to those only who may see all.
      call.demand(new Scope.Site());
      throw e;
    }
  }

  private static Limits limits(Optional<Map<String, Long>> asked) {
    Map<QuotaKind, Long> values = new EnumMap<>(QuotaKind.class);
    asked
        .orElseThrow(() -> Refusal.badRequest("limits: missing (expected: at least one limit)"))
        .forEach(
            (word, value) ->
                values.put(
                    QuotaKind.of(word)
                        .filter(_ -> value != null)
                        .orElseThrow(() -> Refusal.badRequest("limits: " + expected())),
                    value));
    return new Limits(values);
  }

  private static String expected() {
    List<String> words = new ArrayList<>();
    for (QuotaKind kind : QuotaKind.values()) {
      words.add(kind.word());
    }
    return "unknown, or no number (expected: any of " + String.join(", ", words) + ")";
  }

  private HttpResponse answer(Call call, Quota quota) {
    return call.answer(view(quota), quota.version());
  }

  private QuotaView view(Quota quota) {
    QuotaScope scope = quota.scope();
    Map<String, Long> limits = new LinkedHashMap<>();
    quota.limits().values().forEach((kind, value) -> limits.put(kind.word(), value));
    QuotaStanding standing = rooms.quotas().standing(quota);
    List<BudgetView> budgets = new ArrayList<>();
    standing.budgets().forEach((kind, left) -> budgets.add(view(kind, left)));
    return new QuotaView(
        scope.id(),
        scope.level().word(),
        scope.organization(),
        scope.project(),
        scope.key(),
        limits,
        standing.running(),
        view(standing.requests()),
        view(standing.tokens()),
        budgets,
        quota.version(),
        quota.changedAt());
  }

  private static Optional<RateView> view(RateLeft left) {
    return left.limited()
        ? Optional.of(new RateView(left.limit(), left.remaining(), left.resetMillis()))
        : Optional.empty();
  }

  private static BudgetView view(QuotaKind kind, BudgetStanding left) {
    return new BudgetView(
        kind.word(),
        left.limit(),
        left.used(),
        left.reserved(),
        left.left(),
        left.since(),
        left.until());
  }

  private static EventView view(Event event) {
    BudgetWarning warning = event.warning();
    return new EventView(
        event.id(),
        event.at(),
        event.kind(),
        warning.scope().organization(),
        warning.scope().project(),
        warning.scope().key(),
        warning.quota(),
        warning.kind().word(),
        warning.period(),
        warning.threshold(),
        warning.limit(),
        warning.used());
  }

  private record LimitsWish(
      @JsonPropertyDescription("by limit, for example tokens_per_month; money in micro-currency")
          Optional<Map<String, Long>> limits) {}

  private record QuotaWish(
      @JsonPropertyDescription("whose use is limited, unless a key is named")
          Optional<String> organization,
      @JsonPropertyDescription("one of its projects") Optional<String> project,
      @JsonPropertyDescription("a key's id, instead") Optional<String> key,
      @JsonPropertyDescription("by limit, for example tokens_per_month; money in micro-currency")
          Optional<Map<String, Long>> limits) {
    String id() {
      if (key.isPresent() && organization.isEmpty() && project.isEmpty()) {
        return "key:" + key.get();
      }
      if (key.isPresent() || organization.isEmpty()) {
        throw Refusal.badRequest(
            "organization: "
                + (key.isPresent() ? "with a key" : "missing")
                + " (expected: a key alone, or an organization, and a project of it or not)");
      }
      return project
          .map(name -> "project:" + organization.get() + ":" + name)
          .orElse("organization:" + organization.get());
    }
  }

  private record QuotaView(
      String id,
      String level,
      String organization,
      Optional<String> project,
      Optional<String> key,
      Map<String, Long> limits,
      @JsonPropertyDescription("requests that wait or run") long running,
      Optional<RateView> requests,
      Optional<RateView> tokens,
      List<BudgetView> budgets,
      long version,
      Instant changedAt) {}

  private record RateView(
      long limit,
      @JsonPropertyDescription("what could be used at once") long remaining,
      @JsonPropertyDescription("until it is full again") long resetMillis) {}

  private record BudgetView(
      String budget,
      long limit,
      @JsonPropertyDescription("by requests that are over") long used,
      @JsonPropertyDescription("for requests that are not") long reserved,
      @JsonPropertyDescription("what a new request could reserve") long left,
      Instant since,
      Instant until) {}

  private record EventView(
      String id,
      Instant at,
      String type,
      String organization,
      Optional<String> project,
      Optional<String> key,
      String quota,
      String budget,
      String period,
      int threshold,
      long limit,
      long used) {}
}
