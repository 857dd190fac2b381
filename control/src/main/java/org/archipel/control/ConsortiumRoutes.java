package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.federation.trust.Consortium;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.Grant;
import org.archipel.federation.trust.Consortium.Member;
import org.archipel.federation.trust.Consortium.MemberKind;
import org.archipel.federation.trust.TrustRoom;

/** The consortium, on the site that is its anchor: members and their marks. */
final class ConsortiumRoutes {
  private static final String ALL = "/api/v1/consortium";
  private static final String MEMBERS = ALL + "/members";
  private static final String ONE = MEMBERS + "/{site}";
  private static final int LONGEST_LIFETIME_DAYS = 3650;

  private final Optional<TrustRoom> room;

  ConsortiumRoutes(Optional<TrustRoom> room) {
    this.room = room;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "getConsortium", "The consortium whose anchor this site is")
            .needs(Action.CONSORTIUM_READ, Concern.SITE)
            .answers(ConsortiumView.class),
        call -> call.answer(view()));
    routes.add(
        Operation.post(ALL, "foundConsortium", "Founds a consortium with this site as its anchor")
            .needs(Action.CONSORTIUM_CHANGE, Concern.CONSORTIUM)
            .takes(Founding.class)
            .creates(ConsortiumView.class),
        this::found);
    routes.add(
        Operation.get(MEMBERS, "listMembers", "Members of the consortium by site id")
            .needs(Action.CONSORTIUM_READ, Concern.SITE)
            .lists(MemberView.class),
        call -> call.items(consortium().members().stream().map(MemberView::of).toList()));
    routes.add(
        Operation.post(MEMBERS, "admitMember", "Admits a site with the keys that it shows")
            .needs(Action.CONSORTIUM_CHANGE, Concern.CONSORTIUM)
            .takes(NewMember.class)
            .creates(MemberView.class)
            .tagged(),
        this::admit);
    routes.add(
        Operation.get(ONE, "getMember", "One member")
            .path("site", "The member's site id")
            .needs(Action.CONSORTIUM_READ, Concern.SITE)
            .answers(MemberView.class)
            .tagged(),
        this::show);
    changesTo(routes);
  }

  private void changesTo(Routes routes) {
    routes.add(
        one(Operation.post(ONE + "/suspend", "suspendMember", "Puts a member out, at once"))
            .takes(Why.class),
        call ->
            answer(
                call,
                consortium()
                    .suspend(
                        call.actor(),
                        call.path("site"),
                        required("why", call.body(Why.class).why()),
                        expected(call))));
    routes.add(
        one(Operation.post(ONE + "/resume", "resumeMember", "Lets a suspended member in again")),
        call -> answer(call, consortium().resume(call.actor(), call.path("site"), expected(call))));
    routes.add(
        one(Operation.post(ONE + "/marks", "grantMark", "Grants a member a trust mark"))
            .takes(NewMark.class),
        this::mark);
    routes.add(
        one(Operation.delete(ONE + "/marks/{mark}", "revokeMark", "Takes a trust mark back"))
            .path("mark", "member, contributor, beneficiary or label:NAME"),
        call ->
            answer(
                call,
                consortium()
                    .revoke(call.actor(), call.path("site"), call.path("mark"), expected(call))));
  }

  private static Operation one(Operation operation) {
    return operation
        .path("site", "The member's site id")
        .needs(Action.CONSORTIUM_CHANGE, Concern.CONSORTIUM)
        .answers(MemberView.class)
        .tagged()
        .conditional();
  }

  private TrustRoom room() {
    return room.orElseThrow(FederationRoutes::absent);
  }

  private Consortium consortium() {
    return room().consortium();
  }

  private ConsortiumView view() {
    TrustRoom here = room();
    boolean founded = here.consortium().founded();
    return new ConsortiumView(
        here.options().anchor(), founded, founded ? here.consortium().members().size() : 0);
  }

  private HttpResponse found(Call call) {
    room().found(call.actor(), kind(call.body(Founding.class).kind()));
    return call.created(view());
  }

  private HttpResponse admit(Call call) {
    NewMember wish = call.body(NewMember.class);
    String site = required("site_id", wish.siteId());
    Admission admission =
        new Admission(
            required("entity_id", wish.entityId()),
            site,
            wish.name().orElse(site),
            required("organization", wish.organization()),
            kind(wish.kind()));
    try {
      Member member = room().admit(call.actor(), admission, wish.thumbprint());
      return call.created(MemberView.of(member), member.version());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Problem.Kind.UNAVAILABLE, "the site is stopping");
    }
  }

  private HttpResponse show(Call call) {
    return answer(
        call,
        consortium()
            .member(call.path("site"))
            .orElseThrow(() -> Refusal.notFound("there is no member of this site id")));
  }

  private HttpResponse mark(Call call) {
    NewMark wish = call.body(NewMark.class);
    Optional<Duration> lifetime = wish.days().map(ConsortiumRoutes::days);
    return answer(
        call,
        consortium()
            .mark(
                call.actor(),
                call.path("site"),
                required("mark", wish.mark()),
                lifetime,
                expected(call)));
  }

  private static Duration days(int days) {
    if (days < 1 || days > LONGEST_LIFETIME_DAYS) {
      throw Refusal.badRequest("days: " + days + " (expected: 1 to " + LONGEST_LIFETIME_DAYS + ")");
    }
    return Duration.ofDays(days);
  }

  private static MemberKind kind(Optional<String> word) {
    return switch (word.orElse("contributor")) {
      case "contributor" -> MemberKind.CONTRIBUTOR;
      case "beneficiary" -> MemberKind.BENEFICIARY;
      default -> throw Refusal.badRequest("kind: unknown (expected: contributor or beneficiary)");
    };
  }

  private static String required(String field, Optional<String> value) {
    return value.orElseThrow(() -> Refusal.badRequest(field + ": missing (expected: a text)"));
  }

  private static Optional<Long> expected(Call call) {
    OptionalLong version = call.expected();
    return version.isPresent() ? Optional.of(version.getAsLong()) : Optional.empty();
  }

  private static HttpResponse answer(Call call, Member member) {
    return call.answer(MemberView.of(member), member.version());
  }

  private record ConsortiumView(
      @JsonPropertyDescription("the anchor's entity id") String anchor,
      @JsonPropertyDescription("whether this site is the anchor, and was founded") boolean founded,
      int members) {}

  private record MemberView(
      String siteId,
      String entityId,
      String name,
      String organization,
      @JsonPropertyDescription("the ids of its keys: their thumbprints") List<String> keys,
      Instant admittedAt,
      Optional<Instant> suspendedAt,
      Optional<String> suspendedWhy,
      List<MarkView> marks,
      long version) {
    static MemberView of(Member member) {
      return new MemberView(
          member.siteId(),
          member.entityId(),
          member.name(),
          member.organization(),
          member.keys(),
          member.admittedAt(),
          member.suspendedAt(),
          member.why(),
          member.marks().stream().map(MarkView::of).toList(),
          member.version());
    }
  }

  private record MarkView(
      @JsonPropertyDescription("a URL below the anchor's") String type,
      Instant issuedAt,
      Optional<Instant> expiresAt) {
    static MarkView of(Grant grant) {
      return new MarkView(grant.type(), grant.issuedAt(), grant.expires());
    }
  }

  private record Founding(
      @JsonPropertyDescription("contributor (default) or beneficiary") Optional<String> kind) {}

  private record NewMember(
      @JsonPropertyDescription("the URL of its public base") Optional<String> entityId,
      Optional<String> siteId,
      @JsonPropertyDescription("for people; the site id unless given") Optional<String> name,
      Optional<String> organization,
      @JsonPropertyDescription("contributor (default) or beneficiary") Optional<String> kind,
      @JsonPropertyDescription("of its key, told by its people: no other key is taken then")
          Optional<String> thumbprint) {}

  private record Why(@JsonPropertyDescription("for people") Optional<String> why) {}

  private record NewMark(
      @JsonPropertyDescription("member, contributor, beneficiary or label:NAME")
          Optional<String> mark,
      @JsonPropertyDescription("after how many days it has to be granted anew; never unless given")
          Optional<Integer> days) {}
}
