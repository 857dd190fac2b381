package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The policy: an engine's owner first, then weighted fair shares by class, organization and
 * project, on the engine that is expected to answer first.
 *
 * <p>An event looks only at what it may have changed: a new demand at the engines, an engine with
 * room at the demands. What depends on time alone (ageing, deadlines, engines whose trial is due)
 * is looked after by {@link #tick}. Deterministic: one sequence of calls and one seed give one
 * result.
 *
 * @param <T> the caller's ticket for a demand
 */
public final class FairPool<T> implements Pool<T> {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  private final SchedulingOptions options;
  private final EngineTable engines = new EngineTable();
  private final PrefixIndex prefixes = new PrefixIndex();
  private final VirtualTimes times;
  private final WaitingRoom<T> room;
  private final LocalRules local;
  private final Fitness fitness;
  private final Placement placement;
  private final Turns<T> turns;
  private final WaitForecast<T> forecast;
  private final Deadlines deadlines;
  private final Calendar<T> calendar;
  private final Accounts accounts;
  private final Admission<T> admission;
  private final Upkeep<T> upkeep;
  private final Tally tally = new Tally();
  private final Lessons<T> lessons;
  private final Intake<T> intake;
  private final Overflow<T> overflow;
  private final Offering offering;
  private int running;

  public FairPool(SchedulingOptions options) {
    this(options, OverflowRules.DEFAULTS);
  }

  public FairPool(SchedulingOptions options, OverflowRules rules) {
    this.options = options;
    this.times = new VirtualTimes(options);
    this.local = new LocalRules(options);
    this.deadlines = new Deadlines(options);
    this.calendar = new Calendar<>(options, deadlines);
    this.room = new WaitingRoom<>(times, engines, calendar);
    this.fitness = new Fitness(options, engines, prefixes);
    this.placement = new Placement(options, engines, fitness, local);
    this.turns = new Turns<>(options, room, times, fitness, local);
    this.forecast = new WaitForecast<>(options, room);
    this.accounts = new Accounts(options.cost(), times);
    this.admission = new Admission<>(options, engines, room, forecast, deadlines);
    this.upkeep = new Upkeep<>(options, room);
    this.lessons = new Lessons<>(forecast, tally);
    this.intake = new Intake<>(room, deadlines, accounts, admission, tally);
    this.offering = new Offering(options, engines, room, forecast, local);
    this.overflow =
        new Overflow<>(
            rules, options.seed(), new Overflow.View<>(room, forecast, admission, fitness, local));
  }

  // ---------------------------------------------------------------- demands

  @Override
  public List<Decision<T>> submit(Demand demand, T ticket, long now) {
    Waiting<T> waiting = intake.waiting(demand, ticket, now);
    if (!admission.anyEngine(demand, waiting.tenant()) && !overflow.hope(waiting, now)) {
      return List.of(intake.refuse(waiting, Refusal.Reason.NO_ENGINE, now));
    }
    if (deadlines.dropAt(waiting) <= now) {
      return List.of(intake.late(waiting, now));
    }
    Engine engine = placement.choose(waiting, now);
    while (engine != null && room.isEmpty()) {
      if (engine.claim(now)) {
        return List.of(start(waiting, engine, now));
      }
      // Another pool was quicker.
      engine = placement.choose(waiting, now);
    }
    if (engine == null) {
      Refusal.Reason reason = admission.refusal(waiting, upkeep.growing(), running, now);
      Peer peer = reason == null ? overflow.atTheDoor(waiting, now) : overflow.rather(waiting, now);
      if (peer != null) {
        return List.of(send(waiting, peer, now));
      }
      if (reason != null) {
        return List.of(intake.refuse(waiting, reason, now));
      }
    }
    enter(waiting, now);
    if (engine == null) {
      return List.of();
    }
    // Others wait who did not fit: they may not be passed by for ever.
    List<Decision<T>> decisions = new ArrayList<>(1);
    fill(engine, decisions, now);
    return decisions;
  }

  @Override
  public boolean withdraw(T ticket, long now) {
    Waiting<T> waiting = room.find(ticket);
    if (waiting == null) {
      return false;
    }
    leave(waiting, now);
    tally.withdrawn++;
    return true;
  }

  // ---------------------------------------------------------------- runs

  private Decision<T> start(Waiting<T> waiting, Engine engine, long now) {
    Tenant tenant = waiting.tenant();
    boolean isLocal = options.has(Feature.LOCALITY) && local.local(engine.group(), tenant);
    if (!isLocal && options.has(Feature.LOCALITY) && turns.ownerWaits(engine, now)) {
      tally.localityInversions++;
    }
    int cached = fitness.cached(engine, waiting);
    int uncached = waiting.prompt() - cached;
    EngineRun run =
        new EngineRun(
            engine,
            Run.Start.of(
                waiting,
                isLocal,
                cached,
                (long) (1e9 * fitness.firstToken(engine, uncached)),
                engine.uncached() + uncached,
                now));
    accounts.started(run, waiting, room);
    offering.started(waiting.cost(), waiting.reserved());
    if (isLocal) {
      engine.group().used(waiting.cost(), now);
    }
    engine.started(run, now);
    prefixes.computed(waiting.demand().prefix(), engine);
    fitness.forget();
    running++;
    tally.dispatched++;
    tally.prefixPredicted += cached;
    return new Decision.Start<>(waiting.ticket(), run);
  }

  /** Sends one to another site: it is charged as if it ran on somebody else's engine here. */
  private Decision<T> send(Waiting<T> waiting, Peer peer, long now) {
    if (room.find(waiting.ticket()) != null) {
      leave(waiting, now);
    }
    PeerRun run = overflow.run(waiting, peer, now);
    accounts.started(run, waiting, room);
    return new Decision.Overflow<>(waiting.ticket(), run, peer.offer());
  }

  @Override
  public List<Decision<T>> firstToken(Permit permit, long now) {
    Run known = mine(permit);
    if (known.hasFirstToken() || known.over()) {
      return List.of();
    }
    known.firstToken(now);
    if (!(known instanceof EngineRun run)) {
      return overflow.answered(known);
    }
    Engine engine = run.runsOn();
    long took = now - run.start().now();
    boolean told = engine.prefilled(run);
    engine.speed().prefilled(run.start().uncachedThen(), took / 1e9);
    if (told) {
      // Later than any prediction, as of an answer that is not streamed: it says nothing.
      engine.part().firstToken(run.lateness());
      deadlines.firstToken(run.start().flow().serviceClass(), took);
    }
    return room.isEmpty() ? List.of() : after(engine, now);
  }

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {
    Run run = mine(permit);
    if (run.over()) {
      return;
    }
    long grown = run.generated(completionTokens);
    accounts.progressed(run);
    if (grown > 0 && run instanceof EngineRun here) {
      here.runsOn().grew(grown, now);
    }
  }

  @Override
  public List<Decision<T>> complete(Permit permit, Completion completion, long now) {
    Run known = mine(permit);
    if (!known.giveBackOnce()) {
      return List.of();
    }
    if (!(known instanceof EngineRun run)) {
      accounts.ended(known, completion, now);
      return overflow.ended(known, completion, now);
    }
    Engine engine = run.runsOn();
    if (completion.completionTokens() >= 0) {
      engine.grew(run.generated(completion.completionTokens()), now);
    }
    double cost = accounts.ended(run, completion, now);
    engine.ended(run, now);
    running--;
    upkeep.served(run, engine.group(), cost, room);
    lessons.ended(run, completion, now);
    // A place that other pools may want too is offered to all of them in turn.
    return room.isEmpty() || engine.part().shared() ? List.of() : after(engine, now);
  }

  private Run mine(Permit permit) {
    if (permit instanceof EngineRun run && engines.has(run.runsOn())) {
      return run;
    }
    if (permit instanceof PeerRun run && overflow.knows(run)) {
      return run;
    }
    throw new IllegalArgumentException("permit of another pool: " + permit.engine());
  }

  // ---------------------------------------------------------------- engines

  @Override
  public List<Decision<T>> engineUp(EngineProfile profile, long now) {
    Engine known = engines.find(profile.engine());
    return engineUp(profile, known == null ? new EngineBudget().part() : known.part(), now);
  }

  @Override
  public List<Decision<T>> engineUp(EngineProfile profile, EngineBudget.Part part, long now) {
    Engine engine = engines.find(profile.engine());
    if (engine == null) {
      EngineGroup group = room.group(profile.owner());
      engine = new Engine(engines.nextNumber(), profile, part, group, options);
      engines.add(engine);
    }
    engine.cameUp(profile, now);
    upkeep.enginesChanged(engines, fitness, forecast);
    return room.isEmpty() ? List.of() : after(engine, now);
  }

  @Override
  public List<Decision<T>> engineDown(String engine, long now) {
    Engine known = engines.find(engine);
    if (known != null) {
      known.wentDown(now);
      upkeep.enginesChanged(engines, fitness, forecast);
    }
    return List.of();
  }

  @Override
  public List<Decision<T>> offered(String engine, EngineBudget.Whose whose, long now) {
    Engine known = engines.find(engine);
    if (known == null) {
      return List.of();
    }
    known.refresh(now);
    if (room.isEmpty() || !known.hasRoom(now)) {
      return List.of();
    }
    Waiting<T> next =
        whose == EngineBudget.Whose.OWNER ? turns.nextOfOwner(known, now) : turns.next(known, now);
    return next != null && known.claim(now) ? List.of(startWaiting(next, known, now)) : List.of();
  }

  @Override
  public List<Decision<T>> engineGone(String engine, long now) {
    Engine known = engines.find(engine);
    if (known == null) {
      return List.of();
    }
    known.wentDown(now);
    engines.remove(known);
    upkeep.enginesChanged(engines, fitness, forecast);
    List<Decision<T>> decisions = new ArrayList<>();
    for (Waiting<T> waiting : room.all()) {
      if (!admission.anyKnown(waiting.demand(), waiting.tenant()) && !overflow.hope(waiting, now)) {
        leave(waiting, now);
        decisions.add(intake.refuse(waiting, Refusal.Reason.NO_ENGINE, now));
      }
    }
    return decisions;
  }

  @Override
  public List<Decision<T>> observe(String engine, EngineLoad load, long now) {
    Engine known = engines.find(engine);
    if (known == null) {
      return List.of();
    }
    known.reported(load, now);
    boolean grew = known.part().step(now);
    known.refresh(now);
    return grew && !room.isEmpty() ? after(known, now) : List.of();
  }

  @Override
  public void shares(Map<String, Share> agreed) {
    upkeep.shares(room, agreed);
  }

  // ---------------------------------------------------------------- time

  @Override
  public List<Decision<T>> tick(long now) {
    upkeep.engines(engines, fitness, now);
    upkeep.weights(room, now);
    upkeep.watch(now);
    if (room.isEmpty()) {
      upkeep.observeQueue(now);
      return List.of();
    }
    List<Decision<T>> decisions = new ArrayList<>();
    for (Waiting<T> late : calendar.late(now)) {
      Peer peer = overflow.rather(late, now);
      if (peer == null) {
        leave(late, now);
      }
      decisions.add(peer == null ? intake.late(late, now) : send(late, peer, now));
    }
    for (Waiting<T> aged : calendar.aged(now)) {
      room.promote(aged, CLASSES[aged.serviceClass().rank() - 1]);
      tally.agingPromotions++;
    }
    upkeep.observeQueue(now);
    for (EngineGroup group : engines.groups()) {
      sweep(group, decisions, now);
    }
    overflow.pass(now);
    leaveSite(decisions, now);
    return decisions;
  }

  // ---------------------------------------------------------------- other sites

  @Override
  public List<Decision<T>> offers(List<PeerOffer> peers, long now) {
    overflow.offers(peers, now);
    List<Decision<T>> decisions = new ArrayList<>();
    leaveSite(decisions, now);
    return decisions;
  }

  @Override
  public PoolOffer offer(long now) {
    return offering.of(now);
  }

  private void leaveSite(List<Decision<T>> decisions, long now) {
    for (var way = overflow.next(now); way != null; way = overflow.next(now)) {
      decisions.add(send(way.waiting(), way.peer(), now));
    }
  }

  // ---------------------------------------------------------------- starting those who wait

  private List<Decision<T>> after(Engine engine, long now) {
    List<Decision<T>> decisions = new ArrayList<>(2);
    fill(engine, decisions, now);
    if (!decisions.isEmpty() && !engine.hasRoom(now)) {
      // The owner's engines together may have come below the ceiling.
      sweep(engine.group(), decisions, now);
    }
    return decisions;
  }

  private void sweep(EngineGroup group, List<Decision<T>> decisions, long now) {
    List<Engine> open = group.open();
    // From the end: an engine that fills up is replaced by the last one.
    for (int i = open.size() - 1; i >= 0 && !room.isEmpty(); i--) {
      if (i < open.size() && open.get(i).worthAsking(local.ceilings(group), now)) {
        fill(open.get(i), decisions, now);
      }
    }
  }

  private void fill(Engine engine, List<Decision<T>> decisions, long now) {
    while (!room.isEmpty() && engine.hasRoom(now)) {
      Waiting<T> next = turns.next(engine, now);
      if (next == null) {
        engine.barren(local.ceilings(engine.group()), now);
        return;
      }
      if (!engine.claim(now)) {
        return;
      }
      decisions.add(startWaiting(next, engine, now));
    }
  }

  private Decision<T> startWaiting(Waiting<T> next, Engine engine, long now) {
    FlowLine<T> line = next.project().lineFor(next.serviceClass().rank(), next.demand().routing());
    Waiting<T> oldest = line.first();
    if (oldest != null) {
      long deadline = next.due() - next.submitted();
      line.started(now - oldest.submitted(), deadline, now);
    }
    boolean isLocal = local.local(engine.group(), next.tenant());
    (isLocal ? engine.group().drain() : forecast.external()).started(next.cost(), now);
    leave(next, now);
    tally.waited(next.forecast(), (now - next.enqueued()) / 1e9);
    return start(next, engine, now);
  }

  private void enter(Waiting<T> waiting, long now) {
    room.add(waiting);
    upkeep.waitingChanged(waiting.tenant(), forecast, now);
  }

  private void leave(Waiting<T> waiting, long now) {
    room.remove(waiting);
    upkeep.waitingChanged(waiting.tenant(), forecast, now);
  }

  // ---------------------------------------------------------------- views

  @Override
  public int waiting() {
    return room.size();
  }

  @Override
  public int running() {
    return running + overflow.peers().running();
  }

  @Override
  public PoolSnapshot snapshot(long now) {
    return new PoolView(engines, times, now)
        .of(
            room.everybody(),
            tally.counters(turns.bypassed(), engines),
            upkeep.fairness(),
            tally.forecasts(),
            overflow.peers().snapshots(now));
  }
}
