package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.directory.AccessRequest;
import org.archipel.directory.AgreedLimits;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Entitlement;
import org.archipel.directory.EntitlementTerms;
import org.archipel.directory.KeyTerms.ServiceClass;

/** Entitlements and the requests for them, as the API takes and shows them. */
final class EntitlementViews {
  private EntitlementViews() {}

  /** How much is allowed; what is absent is not limited. */
  record LimitsView(
      OptionalLong requestsPerMinute,
      OptionalLong tokensPerMinute,
      OptionalLong concurrentRequests,
      OptionalLong tokensPerMonth) {
    AgreedLimits limits() {
      return new AgreedLimits(
          requestsPerMinute, tokensPerMinute, concurrentRequests, tokensPerMonth);
    }

    static LimitsView of(AgreedLimits limits) {
      return new LimitsView(
          limits.requestsPerMinute(),
          limits.tokensPerMinute(),
          limits.concurrentRequests(),
          limits.tokensPerMonth());
    }
  }

  /** What is to be allowed. */
  record Wanted(
      @JsonPropertyDescription("ids, beginnings with a star behind them, or *")
          Optional<List<String>> models,
      @JsonPropertyDescription("the most urgent class; interactive unless said")
          Optional<String> maxClass,
      @JsonPropertyDescription("a date or a time; now unless said") Optional<String> from,
      @JsonPropertyDescription("a date, a time, or a distance such as 90d") Optional<String> until,
      Optional<LimitsView> limits) {
    EntitlementTerms terms(Instant now) {
      return new EntitlementTerms(
          AllowedModels.of(
              models.orElseThrow(
                  () -> Refusal.badRequest("models: missing (expected: a list of models)"))),
          ServiceClass.of("max_class", maxClass.orElse(ServiceClass.INTERACTIVE.word())),
          from.map(text -> TimeParameter.future("from", text, now)).orElse(now),
          until.map(text -> TimeParameter.future("until", text, now)),
          limits.map(LimitsView::limits).orElse(AgreedLimits.NONE));
    }
  }

  /** An entitlement to be granted. */
  record NewEntitlement(
      Optional<String> organization,
      Optional<String> project,
      Optional<Wanted> terms,
      Optional<String> decision) {}

  /** When an entitlement ends. */
  record End(
      @JsonPropertyDescription("a date, a time, or a distance such as 90d; now unless said")
          Optional<String> at) {}

  record EntitlementView(
      String id,
      String organization,
      Optional<String> project,
      @JsonPropertyDescription("future, active or ended") String state,
      List<String> models,
      String maxClass,
      Instant from,
      Optional<Instant> until,
      LimitsView limits,
      Optional<String> request,
      String decision,
      String grantedBy,
      Instant createdAt,
      long version) {
    static EntitlementView of(Entitlement one, Instant now) {
      EntitlementTerms terms = one.terms();
      boolean ended = terms.until().filter(end -> !end.isAfter(now)).isPresent();
      return new EntitlementView(
          one.id(),
          one.organization(),
          one.project(),
          ended ? "ended" : terms.from().isAfter(now) ? "future" : "active",
          List.copyOf(terms.models().patterns()),
          terms.maxClass().word(),
          terms.from(),
          terms.until(),
          LimitsView.of(terms.limits()),
          one.source().request(),
          one.source().decision(),
          one.source().by(),
          one.createdAt(),
          one.version());
    }
  }

  /** A request to be written down. */
  record NewRequest(
      Optional<String> organization,
      Optional<String> project,
      Optional<Wanted> terms,
      Optional<String> purpose) {}

  /** What a vote is given with. */
  record Reason(Optional<String> reason) {}

  record VoteView(String voter, String vote, String reason, Instant at) {}

  record RequestView(
      String id,
      String organization,
      Optional<String> project,
      String state,
      List<String> models,
      String maxClass,
      Instant from,
      Optional<Instant> until,
      LimitsView limits,
      String purpose,
      int approvalsNeeded,
      List<VoteView> votes,
      String createdBy,
      Instant createdAt,
      Optional<String> submittedBy,
      Optional<Instant> submittedAt,
      Optional<Instant> decidedAt,
      long version) {
    static RequestView of(AccessRequest one) {
      EntitlementTerms terms = one.wish().terms();
      AccessRequest.Steps steps = one.steps();
      return new RequestView(
          one.id(),
          one.wish().organization(),
          one.wish().project(),
          one.state().word(),
          List.copyOf(terms.models().patterns()),
          terms.maxClass().word(),
          terms.from(),
          terms.until(),
          LimitsView.of(terms.limits()),
          one.wish().purpose(),
          one.approvalsNeeded(),
          one.votes().stream()
              .map(
                  vote ->
                      new VoteView(
                          vote.voter(),
                          vote.approves() ? "approve" : "refuse",
                          vote.reason(),
                          vote.at()))
              .toList(),
          steps.createdBy(),
          steps.createdAt(),
          steps.submittedBy(),
          steps.submittedAt(),
          steps.decidedAt(),
          one.version());
    }
  }
}
