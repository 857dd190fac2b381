package org.archipel.directory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.directory.AccessRequest.State;
import org.archipel.directory.AccessRequest.Steps;
import org.archipel.directory.AccessRequest.Vote;
import org.archipel.directory.AccessRequest.Wish;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * Requests for access and their way to a decision. Thread-safe; all methods block.
 *
 * <p>As soon as a request has as many votes of one kind as it needs, it is decided; the last
 * approval makes the entitlement in its own transaction. Nobody votes twice, nor on a request that
 * they made or submitted. Whether somebody may vote at all the caller asks of the authority; here
 * the named approvers are heeded, if there are any.
 */
public final class AccessRequests {
  private static final Actor CLOCK = Actor.system("clock");
  private static final int ENDED_AT_ONCE = 100;

  private final Register register;
  private final Standings standings;
  private final ApprovalRule rule;

  AccessRequests(Register register, Standings standings, ApprovalRule rule) {
    this.register = register;
    this.standings = standings;
    this.rule = rule;
  }

  /** Writes a request down, to be changed and submitted later. */
  public AccessRequest draft(Actor actor, Wish wish) {
    Steps steps =
        new Steps(
            actor.toString(), register.now(), Optional.empty(), Optional.empty(), Optional.empty());
    AccessRequest made =
        new AccessRequest(
            register.drawId(), wish, State.DRAFT, rule.approvalsNeeded(), steps, List.of(), 1);
    return register
        .database()
        .write(
            handle -> {
              Entitlements.requireOwner(handle, wish.organization(), wish.project());
              RequestRows.insert(handle, made);
              log(handle, actor, "request.draft", made, wish.described());
              return made;
            });
  }

  /** Changes what a draft asks for; who asks stays. */
  public AccessRequest change(Actor actor, String id, OptionalLong expected, Wish wish) {
    return register
        .database()
        .write(
            handle -> {
              AccessRequest before = require(handle, id, expected, State.DRAFT);
              if (!before.wish().organization().equals(wish.organization())) {
                throw Names.invalid(
                    "organization", Names.shown(wish.organization()), "as in the draft");
              }
              Entitlements.requireOwner(handle, wish.organization(), wish.project());
              AccessRequest after =
                  new AccessRequest(
                      id,
                      wish,
                      State.DRAFT,
                      before.approvalsNeeded(),
                      before.steps(),
                      List.of(),
                      before.version() + 1);
              RequestRows.update(handle, after);
              Map<String, String> details =
                  Register.changes(before.wish().described(), wish.described());
              log(handle, actor, "request.change", after, details);
              return after;
            });
  }

  /** Puts a draft before the approvers. From now on it needs as many votes as are needed now. */
  public AccessRequest submit(Actor actor, String id, OptionalLong expected) {
    Instant now = register.now();
    return register
        .database()
        .write(
            handle -> {
              AccessRequest before = require(handle, id, expected, State.DRAFT);
              Entitlements.checkNotOver(before.wish().terms(), now);
              Steps was = before.steps();
              Steps steps =
                  new Steps(
                      was.createdBy(),
                      was.createdAt(),
                      Optional.of(actor.toString()),
                      Optional.of(now),
                      Optional.empty());
              AccessRequest after =
                  new AccessRequest(
                      id,
                      before.wish(),
                      State.SUBMITTED,
                      rule.approvalsNeeded(),
                      steps,
                      List.of(),
                      before.version() + 1);
              RequestRows.update(handle, after);
              String needed = String.valueOf(after.approvalsNeeded());
              log(handle, actor, "request.submit", after, Map.of("approvals_needed", needed));
              return after;
            });
  }

  /** Ends a request that is not decided. */
  public AccessRequest withdraw(Actor actor, String id, OptionalLong expected) {
    return register
        .database()
        .write(
            handle -> {
              AccessRequest before = require(handle, id, expected, State.DRAFT, State.SUBMITTED);
              AccessRequest after = decided(before, State.WITHDRAWN);
              RequestRows.update(handle, after);
              log(handle, actor, "request.withdraw", after, Map.of());
              return after;
            });
  }

  /**
   * Votes on a request; the vote that decides it also carries the decision out.
   *
   * @param reason for who asked, 1 to 2,000 characters
   * @throws DirectoryException of kind NOT_PERMITTED on an own request or for who is no approver;
   *     of kind CONFLICT for a second vote or on a request that waits for none
   */
  public AccessRequest vote(
      Actor actor, String id, OptionalLong expected, boolean approve, String reason) {
    Vote vote = new Vote(actor.toString(), approve, reason, register.now());
    return standings.inOrder(
        () -> {
          Decided decided =
              register.database().write(handle -> voted(handle, actor, id, expected, vote));
          decided
              .standing()
              .ifPresent(
                  standing -> standings.put(decided.request().wish().organization(), standing));
          return decided.request();
        });
  }

  private record Decided(AccessRequest request, Optional<Standing> standing) {}

  private Decided voted(Handle handle, Actor actor, String id, OptionalLong expected, Vote vote) {
    AccessRequest before = require(handle, id, expected, State.SUBMITTED);
    if (before.isOf(vote.voter())) {
      throw new DirectoryException(
          Kind.NOT_PERMITTED, "request " + id + " is an own one (expected: somebody else's vote)");
    }
    if (!rule.mayVote(vote.voter())) {
      throw new DirectoryException(
          Kind.NOT_PERMITTED, "voting is for the approvers that the site names");
    }
    if (!RequestRows.insert(handle, id, vote)) {
      throw new DirectoryException(Kind.CONFLICT, "on request " + id + " this voter has voted");
    }
    List<Vote> votes = new ArrayList<>(before.votes());
    votes.add(vote);
    AccessRequest counted =
        new AccessRequest(
            id,
            before.wish(),
            State.SUBMITTED,
            before.approvalsNeeded(),
            before.steps(),
            votes,
            before.version());
    boolean decides = counted.count(vote.approves()) >= counted.approvalsNeeded();
    State state = vote.approves() ? State.APPROVED : State.REFUSED;
    AccessRequest after =
        decides ? decided(counted, state) : counted.with(State.SUBMITTED, counted.steps());
    RequestRows.update(handle, after);
    log(
        handle,
        actor,
        vote.approves() ? "request.approve" : "request.refuse",
        after,
        Map.of("reason", vote.reason(), "state", after.state().word()));
    if (after.state() != State.APPROVED) {
      return new Decided(after, Optional.empty());
    }
    Wish wish = after.wish();
    String decision = "request %s approved by %d".formatted(id, after.count(true));
    Entitlements.insert(
        register,
        handle,
        actor,
        new Entitlements.Grant(wish.organization(), wish.project(), wish.terms(), decision),
        Optional.of(id));
    return new Decided(after, Optional.of(Entitlements.standing(handle, wish.organization())));
  }

  private AccessRequest decided(AccessRequest before, State state) {
    Steps was = before.steps();
    Steps steps =
        new Steps(
            was.createdBy(),
            was.createdAt(),
            was.submittedBy(),
            was.submittedAt(),
            Optional.of(register.now()));
    return before.with(state, steps);
  }

  /** Requests by age. */
  public Page<AccessRequest> list(RequestFilter filter, PageRequest page) {
    Conditions conditions =
        new Conditions()
            .addIf("organization = :organization", "organization", filter.organization())
            .addIf("state = :state", "state", filter.state().map(State::word))
            .visible(filter.visible(), "organization", Optional.of("project"));
    page.cursor(2)
        .ifPresent(
            at ->
                conditions
                    .add("(created_at, id) > (:afterAt, :after)", "afterAt", at.number(0))
                    .with("after", at.value(1)));
    conditions.with("rows", page.rows());
    return register
        .database()
        .read(
            handle ->
                Page.of(
                    RequestRows.list(handle, conditions, " ORDER BY created_at, id LIMIT :rows"),
                    page,
                    last -> PageCursor.of(last.steps().createdAt().toEpochMilli(), last.id())));
  }

  /**
   * Which requests are wanted.
   *
   * @param organization those of this organization
   * @param state those that are so far
   * @param visible those that may be seen
   */
  public record RequestFilter(
      Optional<String> organization, Optional<State> state, Visible visible) {}

  /** The request of an id, if there is one. */
  public Optional<AccessRequest> find(String id) {
    return register.database().read(handle -> RequestRows.find(handle, id));
  }

  /** Ends the requests whose wished end has come before a decision. */
  void expireOverdue() {
    long now = register.now().toEpochMilli();
    register
        .database()
        .write(
            handle -> {
              Conditions overdue =
                  new Conditions()
                      .add("state = 'submitted'")
                      .add("valid_until <= :now", "now", now)
                      .with("rows", ENDED_AT_ONCE);
              List<AccessRequest> requests =
                  RequestRows.list(handle, overdue, " ORDER BY created_at, id LIMIT :rows");
              requests.forEach(request -> expire(handle, request));
              return requests.size();
            });
  }

  private void expire(Handle handle, AccessRequest request) {
    AccessRequest after = decided(request, State.EXPIRED);
    RequestRows.update(handle, after);
    log(handle, CLOCK, "request.expire", after, Map.of());
  }

  private AccessRequest require(Handle handle, String id, OptionalLong expected, State... states) {
    AccessRequest request =
        RequestRows.find(handle, id)
            .orElseThrow(
                () ->
                    new DirectoryException(
                        Kind.NOT_FOUND, "request " + Names.shown(id) + " does not exist"));
    Register.checkVersion("request " + id, expected, request.version());
    boolean over =
        request.state() == State.SUBMITTED
            && request.wish().terms().untilMillis() <= register.now().toEpochMilli();
    State state = over ? State.EXPIRED : request.state();
    if (!List.of(states).contains(state)) {
      throw new DirectoryException(
          Kind.CONFLICT, "request " + id + " is " + state.word() + ": that is not possible now");
    }
    return request;
  }

  private void log(
      Handle handle,
      Actor actor,
      String action,
      AccessRequest request,
      Map<String, String> details) {
    register.log(
        handle,
        actor,
        action,
        new Register.Subject(request.id(), request.wish().organization(), details));
  }
}
