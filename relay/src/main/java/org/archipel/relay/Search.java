package org.archipel.relay;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Finds a request somebody to serve it: asks the pool, goes to the engine or the site that it is
 * given, and asks again when that one does not take it. Lives on the event loop of the client's
 * connection.
 */
final class Search {
  /** A request that has an engine or a site to go to. */
  interface Way {
    void open(EngineTarget target, String assertion);
  }

  private final RelayCore core;
  private final Exchange exchange;
  private final RequestHead head;
  private final Settlement settlement;
  private final Way way;
  private @Nullable Attempts attempts;
  private @Nullable Demand asked;
  private String model = "";

  Search(RelayCore core, Exchange exchange, RequestHead head, Settlement settlement, Way way) {
    this.core = core;
    this.exchange = exchange;
    this.head = head;
    this.settlement = settlement;
    this.way = way;
  }

  /** Begins to look for an engine of a model. */
  void begin(String wanted, Demand demand) {
    model = wanted;
    long seed = head.recordId().getLeastSignificantBits();
    attempts = new Attempts(demand, settlement::takeRetry, seed);
    enqueue(demand);
  }

  private void enqueue(Demand demand) {
    asked = demand;
    exchange.enter(ExchangeState.QUEUED);
    core.dispatcher().submit(model, demand, exchange);
  }

  /** The request is over before it was served. */
  void withdraw() {
    core.dispatcher().withdraw(model, exchange);
  }

  /** A permit is there. */
  void started(Permit permit, EngineTarget target) {
    if (exchange.queued()) {
      settlement.granted(permit);
      go(target, "");
    } else {
      cancelled(permit);
    }
  }

  /** The client left while the decision was on its way. */
  private void cancelled(Permit permit) {
    core.dispatcher().complete(model, permit, Completion.of(Outcome.CANCELLED));
  }

  private void go(EngineTarget target, String assertion) {
    settlement.started(target);
    exchange.enter(ExchangeState.CONNECTING);
    way.open(target, assertion);
  }

  /** The pool says no. */
  void refused(Refusal refusal) {
    Attempts made = attempts;
    if (exchange.queued() && made != null) {
      goOn(made.refused(refusal));
    }
  }

  // ---------------------------------------------------------------- other sites

  /** A permit for another site is there. */
  void overflowed(Permit permit, PeerOffer offer) {
    Demand demand = asked;
    if (!exchange.queued() || demand == null) {
      cancelled(permit);
      return;
    }
    settlement.granted(permit);
    exchange.enter(ExchangeState.CONNECTING);
    OverflowFacts facts = facts(offer.site(), demand);
    exchange.think(() -> target(facts, offer), found -> leave(offer, found));
  }

  private record Found(EngineTarget target, String assertion) {}

  private Optional<Found> target(OverflowFacts facts, PeerOffer offer) {
    return core.parts()
        .peers()
        .passport(facts)
        .flatMap(
            passport ->
                core.peerTargets()
                    .of(model, offer, passport)
                    .map(target -> new Found(target, passport.assertion())));
  }

  private void leave(PeerOffer offer, Optional<Found> found) {
    if (found.isPresent()) {
      go(found.get().target(), found.get().assertion());
    } else {
      sentBack(offer.site(), Outcome.FAILED);
    }
  }

  private OverflowFacts facts(String site, Demand demand) {
    Patience patience = demand.patience();
    OptionalLong left =
        patience.deadlineNanos() == Patience.CLASS_DEADLINE
            ? OptionalLong.empty()
            : OptionalLong.of(Math.max(1, patience.deadlineNanos() - System.nanoTime()));
    Set<String> labels = demand.reach().labels();
    return new OverflowFacts(
        site,
        new OverflowFacts.Who(demand.flow().organization(), demand.flow().project()),
        demand.flow().serviceClass(),
        left,
        labels,
        head.recordId().toString(),
        new OverflowFacts.Target(head.method().name(), head.path()));
  }

  private void sentBack(String site, Outcome outcome) {
    settlement.giveBack(outcome);
    settlement.leftThere();
    Attempts made = attempts;
    if (made != null) {
      goOn(made.sentBack(site));
    }
  }

  // ---------------------------------------------------------------- not taken

  /** The engine is busy, or the site has no room: the request goes back to its place. */
  void pushedBack(EngineTarget busy) {
    if (busy.site().isPresent()) {
      sentBack(busy.site().get(), Outcome.PUSHED_BACK);
      return;
    }
    settlement.giveBack(Outcome.PUSHED_BACK);
    Attempts made = attempts;
    if (made != null) {
      goOn(made.pushedBack(busy.spec().id()));
    }
  }

  /**
   * The engine failed before anything of an answer was seen.
   *
   * @param lost whether it is gone rather than unwilling: its connection broke or was never there
   */
  void failed(EngineTarget failed, Failure failure, boolean lost) {
    if (failed.site().isPresent()) {
      sentBack(failed.site().get(), Outcome.FAILED);
      return;
    }
    settlement.giveBack(Outcome.FAILED);
    Attempts made = attempts;
    if (made != null) {
      goOn(made.failed(failed.spec().id(), failure, lost));
    }
  }

  private void goOn(Attempts.Next next) {
    switch (next) {
      case Attempts.Next.Submit submit -> enqueue(submit.demand());
      case Attempts.Next.GiveUp giveUp -> exchange.fail(giveUp.failure());
      case Attempts.Next.Pause pause -> {
        exchange.enter(ExchangeState.QUEUED);
        exchange.later(pause.nanos(), () -> resume(pause.demand()));
      }
    }
  }

  private void resume(Demand demand) {
    // While it pauses nobody else submits it; it can only have ended.
    if (exchange.queued()) {
      enqueue(demand);
    }
  }
}
