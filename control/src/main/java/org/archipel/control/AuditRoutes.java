package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Visible;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.AuditLog;
import org.archipel.storage.AuditRecord;

/** Who changed what, and whether that account is whole. */
final class AuditRoutes {
  private static final String ALL = "/api/v1/audit";

  private final AuditLog audit;
  private final Clock clock;

  AuditRoutes(AuditLog audit, Clock clock) {
    this.audit = audit;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listAudit", "Changes, the latest first")
            .query("organization", "Only those that concern this organization")
            .query("actor", "Only those of this actor, kind:id, or of this kind")
            .query("action", "Only this action, such as key.revoke, or all on one thing: key")
            .query("since", "From when on: a date, a time, or a distance such as 7d ago")
            .query("until", "Until when, written like since")
            .needs(Action.AUDIT_READ, Concern.LISTED)
            .pages(AuditView.class),
        this::list);
    routes.add(
        Operation.get(ALL + "/verify", "verifyAudit", "Checks the chain of the whole log")
            .needs(Action.AUDIT_VERIFY, Concern.SITE)
            .answers(AuditVerdict.class),
        call -> call.answer(verdict()));
  }

  private HttpResponse list(Call call) {
    Optional<String> organization = call.query("organization");
    Visible visible = call.visible(organization, Optional.empty());
    Instant now = clock.instant();
    AuditFilter filter =
        new AuditFilter(
            organizations(visible, organization),
            call.query("actor"),
            call.query("action"),
            call.query("since").map(text -> TimeParameter.past("since", text, now)),
            call.query("until").map(text -> TimeParameter.past("until", text, now)));
    return call.page(audit.entries(filter, call.page()).map(AuditView::of));
  }

  private static Optional<Set<String>> organizations(Visible visible, Optional<String> asked) {
    if (visible.all()) {
      return asked.map(Set::of);
    }
    return Optional.of(
        asked
            .map(one -> visible.organizations().contains(one) ? Set.of(one) : Set.<String>of())
            .orElse(visible.organizations()));
  }

  private AuditVerdict verdict() {
    return switch (audit.verify()) {
      case AuditCheck.Whole whole ->
          new AuditVerdict(
              true,
              OptionalLong.of(whole.entries()),
              Optional.of(whole.hash()),
              OptionalLong.empty(),
              Optional.empty());
      case AuditCheck.Broken broken ->
          new AuditVerdict(
              false,
              OptionalLong.empty(),
              Optional.empty(),
              OptionalLong.of(broken.sequence()),
              Optional.of(broken.why()));
    };
  }

  private record AuditVerdict(
      boolean whole,
      @JsonPropertyDescription("how many entries were checked") OptionalLong entries,
      @JsonPropertyDescription("of the last entry; keep it elsewhere") Optional<String> hash,
      @JsonPropertyDescription("the first entry that does not fit") OptionalLong broken,
      Optional<String> why) {}

  private record AuditView(
      long sequence,
      Instant at,
      String actor,
      String action,
      String subject,
      Optional<String> organization,
      Map<String, String> details,
      String hash) {
    static AuditView of(AuditRecord record) {
      return new AuditView(
          record.sequence(),
          record.at(),
          record.entry().actor().toString(),
          record.entry().action(),
          record.entry().subject(),
          record.entry().organization(),
          record.entry().details(),
          record.hash());
    }
  }
}
