package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.federation.peers.PeerState;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.receipts.DisputedRequest;
import org.archipel.federation.receipts.PeerStatement;
import org.archipel.federation.receipts.StatementException;

/** Other sites: how they are, and what stands between them and this one. */
final class PeerRoutes {
  private static final String ALL = "/api/v1/peers";
  private static final String ONE = ALL + "/{site}";
  private static final Pattern MONTH = Pattern.compile("20[0-9]{2}-[0-9]{2}");
  private static final int MOST = 200;

  private final Optional<Peers> room;

  PeerRoutes(Optional<Peers> room) {
    this.room = room;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(ALL, "listPeers", "Other sites: state, round trip, room, trust, balance")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .lists(PeerViews.PeerView.class),
        call -> call.items(peers().states().stream().map(PeerViews::peer).toList()));
    routes.add(
        Operation.get(ONE, "getPeer", "One other site")
            .path("site", "The site's id")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .answers(PeerViews.PeerView.class),
        call -> call.answer(PeerViews.peer(state(call))));
    routes.add(
        Operation.get(
                ONE + "/disputes",
                "listPeerDisputes",
                "Requests on which a receipt and this site's record do not agree, with both"
                    + " numbers")
            .path("site", "The site's id")
            .query("after", "Only receipts with a higher sequence; at most " + MOST + " at once")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .lists(PeerViews.DisputeView.class),
        this::disputes);
    routes.add(
        Operation.post(
                ONE + "/disputes/{sequence}/accept",
                "acceptPeerReceipt",
                "Accepts a disputed receipt as it is")
            .path("site", "The site's id")
            .path("sequence", "The receipt's sequence")
            .needs(Action.PEER_SETTLE, Concern.SITE),
        this::accept);
    routes.add(
        Operation.get(
                ONE + "/statements", "listPeerStatements", "Months agreed on, the latest first")
            .path("site", "The site's id")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .lists(PeerViews.StatementView.class),
        this::statements);
    routes.add(
        Operation.get(
                ONE + "/statements/{month}", "getPeerStatement", "A month that both have signed")
            .path("site", "The site's id")
            .path("month", "Such as 2026-11")
            .needs(Action.FEDERATION_READ, Concern.SITE)
            .answers(PeerViews.StatementView.class),
        this::statement);
    routes.add(
        Operation.post(
                ONE + "/statements/{month}/agree",
                "agreePeerStatement",
                "Proposes a month to the other site, which signs when it counts the same")
            .path("site", "The site's id")
            .path("month", "Such as 2026-11")
            .needs(Action.PEER_SETTLE, Concern.SITE)
            .answers(PeerViews.StatementView.class),
        this::agree);
  }

  private Peers peers() {
    return room.orElseThrow(FederationRoutes::absent);
  }

  private PeerState state(Call call) {
    return peers()
        .state(call.path("site"))
        .orElseThrow(() -> Refusal.notFound("there is no such site (expected: a partner's id)"));
  }

  private HttpResponse disputes(Call call) {
    String site = state(call).standing().partner().siteId();
    Optional<Long> after = call.query("after").map(text -> sequence("after", text));
    List<DisputedRequest> all =
        new ArrayList<>(peers().settlements().disputes(site, after.orElse(0L), MOST));
    if (after.isEmpty()) {
      all.addAll(peers().settlements().missing(site, "", MOST));
    }
    return call.items(all.stream().map(PeerViews::dispute).toList());
  }

  private static long sequence(String name, String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Refusal.badRequest(name + ": not a sequence (expected: a whole number)");
    }
    return Long.parseLong(text);
  }

  private HttpResponse accept(Call call) {
    String site = state(call).standing().partner().siteId();
    long sequence = sequence("sequence", call.path("sequence"));
    if (!peers().settlements().accept(call.actor(), site, sequence)) {
      throw Refusal.notFound("there is no such dispute (expected: the sequence of a receipt)");
    }
    return call.nothing();
  }

  private HttpResponse statements(Call call) {
    String site = state(call).standing().partner().siteId();
    return call.items(
        peers().settlements().statements(site, MOST).stream().map(PeerViews::statement).toList());
  }

  private HttpResponse statement(Call call) {
    String site = state(call).standing().partner().siteId();
    YearMonth month = month(call);
    PeerStatement found =
        peers()
            .settlements()
            .statement(site, month)
            .orElseThrow(
                () -> Refusal.notFound("month: " + month + " (expected: one that is agreed)"));
    return call.answer(PeerViews.statement(found));
  }

  private HttpResponse agree(Call call) {
    PeerState state = state(call);
    if (!state.standing().partner().trusted()) {
      throw new Refusal(Problem.Kind.CONFLICT, "site: not trusted (expected: a trusted one)");
    }
    try {
      return call.answer(
          PeerViews.statement(peers().agree(state.standing().partner(), month(call))));
    } catch (StatementException e) {
      throw new Refusal(Problem.Kind.CONFLICT, e.reason() + ": " + e.getMessage());
    }
  }

  private static YearMonth month(Call call) {
    String text = call.path("month");
    if (MONTH.matcher(text).matches()) {
      try {
        return YearMonth.parse(text);
      } catch (DateTimeException e) {
        // Told below.
      }
    }
    throw Refusal.badRequest("month: not a month (expected: such as 2026-11)");
  }
}
