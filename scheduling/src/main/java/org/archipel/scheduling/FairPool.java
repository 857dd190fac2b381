package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.HashMap;
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

  /** Longer advice is none. */
  private static final double MOST_SECONDS = 86_400;

  /** A first token within twice this is never late: short prompts wait for steps of the batch. */
  private static final long SOON_NANOS = 250_000_000L;

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
  private final Map<String, Share> shares = new HashMap<>();
  private long sequence;
  private int running;

  public FairPool(SchedulingOptions options) {
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
  }

  // ---------------------------------------------------------------- demands

  @Override
  public List<Decision<T>> submit(Demand demand, T ticket, long now) {
    if (room.find(ticket) != null) {
      throw new IllegalStateException("ticket is already waiting");
    }
    Waiting<T> waiting = waiting(demand, ticket, now);
    if (!admission.anyEngine(demand, waiting.tenant())) {
      return List.of(refuse(waiting, Refusal.Reason.NO_ENGINE, now));
    }
    if (deadlines.dropAt(waiting) <= now) {
      return List.of(refuse(waiting, Refusal.Reason.DEADLINE_PASSED, now));
    }
    Engine engine = placement.choose(waiting, now);
    while (engine != null && room.isEmpty()) {
      if (engine.claim(now)) {
        return List.of(start(waiting, engine, 0, now));
      }
      // Another pool was quicker.
      engine = placement.choose(waiting, now);
    }
    if (engine == null) {
      Refusal.Reason reason = admission.refusal(waiting, upkeep.growing(), running, now);
      if (reason != null) {
        return List.of(refuse(waiting, reason, now));
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

  private Waiting<T> waiting(Demand demand, T ticket, long now) {
    Project<T> project = room.project(demand.flow());
    LengthEstimate lengths = project.tenant().lengths(demand.flow().serviceClass());
    int limit = demand.tokens().completionLimit();
    int expected = lengths.expected(limit);
    Waiting.Sizing sizing =
        new Waiting.Sizing(
            deadlines.due(demand),
            expected,
            lengths.reserved(limit),
            accounts.estimate(demand.tokens().prompt(), expected));
    return new Waiting<>(demand, ticket, project, sequence++, sizing, now);
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

  private Decision<T> start(Waiting<T> waiting, Engine engine, long waited, long now) {
    Tenant tenant = waiting.tenant();
    boolean isLocal = options.has(Feature.LOCALITY) && local.local(engine.group(), tenant);
    if (!isLocal && options.has(Feature.LOCALITY) && turns.ownerWaits(engine, now)) {
      tally.localityInversions++;
    }
    int cached = fitness.cached(engine, waiting);
    int uncached = waiting.prompt() - cached;
    Run run =
        new Run(
            engine,
            new Run.Start(
                tenant,
                waiting.project(),
                waiting.demand().flow(),
                waiting.serviceClass(),
                isLocal,
                tenant.weight(),
                waiting.prompt(),
                cached,
                waiting.expectedCompletion(),
                waiting.reserved(),
                now,
                (long) (1e9 * fitness.firstToken(engine, uncached)),
                engine.uncached() + uncached,
                waited));
    if (tenant.waiting() == 0) {
      lift(waiting);
    }
    times.served(run.start(), room.active(), room.externalWaiting());
    accounts.started(run);
    if (isLocal) {
      engine.group().used(waiting.cost(), now);
    }
    engine.started(run, now);
    prefixes.computed(waiting.demand().prefix(), engine);
    fitness.forget();
    running++;
    tenant.runs(1);
    waiting.project().runs(run.start().flow().serviceClass().rank(), 1);
    tally.dispatched++;
    tally.prefixPredicted += cached;
    return new Decision.Start<>(waiting.ticket(), run);
  }

  /** One who never waited begins where those begin who are new. */
  private void lift(Waiting<T> waiting) {
    int serviceClass = waiting.serviceClass().rank();
    if (room.externalWaiting()[serviceClass] == 0) {
      times.classActive(serviceClass);
    }
    times.tenantActive(waiting.tenant());
    VirtualTimes.localClassActive(waiting.tenant(), serviceClass);
    VirtualTimes.projectActive(waiting.project());
  }

  @Override
  public List<Decision<T>> firstToken(Permit permit, long now) {
    Run run = mine(permit);
    if (run.hasFirstToken() || run.over()) {
      return List.of();
    }
    run.firstToken(now);
    Engine engine = run.runsOn();
    long took = now - run.start().now();
    boolean told = engine.prefilled(run);
    engine.speed().prefilled(run.start().uncachedThen(), took / 1e9);
    if (told) {
      // Later than any prediction, as of an answer that is not streamed: it says nothing.
      double expected = Math.max(run.start().predictedFirstToken(), SOON_NANOS);
      engine.part().firstToken(took / expected);
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
    if (grown > 0) {
      run.runsOn().grew(grown, now);
    }
  }

  @Override
  public List<Decision<T>> complete(Permit permit, Completion completion, long now) {
    Run run = mine(permit);
    if (!run.giveBackOnce()) {
      return List.of();
    }
    Engine engine = run.runsOn();
    if (completion.completionTokens() >= 0) {
      engine.grew(run.generated(completion.completionTokens()), now);
    }
    double cost = accounts.ended(run, completion, now);
    engine.ended(run, now);
    running--;
    run.start().tenant().runs(-1);
    run.start().project().runs(run.start().flow().serviceClass().rank(), -1);
    upkeep.served(run, engine.group(), cost, room);
    lessons.ended(run, completion, now);
    // A place that other pools may want too is offered to all of them in turn.
    return room.isEmpty() || engine.part().shared() ? List.of() : after(engine, now);
  }

  private Run mine(Permit permit) {
    if (permit instanceof Run run && engines.has(run.runsOn())) {
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
      EngineGroup group = engines.group(profile.owner());
      Tenant owner = room.tenants().get(profile.owner());
      if (owner != null && owner.engines() == null) {
        owner.engines(group);
        group.tenant(owner);
      }
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
      if (!admission.anyKnown(waiting.demand(), waiting.tenant())) {
        leave(waiting, now);
        decisions.add(refuse(waiting, Refusal.Reason.NO_ENGINE, now));
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
    shares.clear();
    shares.putAll(agreed);
    upkeep.reweigh(room, shares);
  }

  // ---------------------------------------------------------------- time

  @Override
  public List<Decision<T>> tick(long now) {
    upkeep.engines(engines, fitness, now);
    upkeep.weights(room, shares, now);
    upkeep.watch(now);
    if (room.isEmpty()) {
      upkeep.observeQueue(now);
      return List.of();
    }
    List<Decision<T>> decisions = new ArrayList<>();
    for (Waiting<T> late : calendar.late(now)) {
      leave(late, now);
      decisions.add(refuse(late, Refusal.Reason.DEADLINE_PASSED, now));
    }
    for (Waiting<T> aged : calendar.aged(now)) {
      room.promote(aged, CLASSES[aged.serviceClass().rank() - 1]);
      tally.agingPromotions++;
    }
    upkeep.observeQueue(now);
    for (EngineGroup group : engines.groups()) {
      sweep(group, decisions, now);
    }
    return decisions;
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
    return start(next, engine, now - next.enqueued(), now);
  }

  private void enter(Waiting<T> waiting, long now) {
    room.add(waiting);
    upkeep.waitingChanged(waiting.tenant(), forecast, now);
  }

  private void leave(Waiting<T> waiting, long now) {
    room.remove(waiting);
    upkeep.waitingChanged(waiting.tenant(), forecast, now);
  }

  private Decision<T> refuse(Waiting<T> waiting, Refusal.Reason reason, long now) {
    tally.refused(reason);
    Flow flow = waiting.demand().flow();
    double seconds =
        reason == Refusal.Reason.NO_ENGINE ? 0 : admission.comeBackIn(waiting, reason, now);
    int ahead = waiting.project().waiting(flow.serviceClass().rank());
    long nanos = (long) (1e9 * Math.min(seconds, MOST_SECONDS));
    return new Decision.Refuse<>(waiting.ticket(), new Refusal(reason, nanos, ahead));
  }

  // ---------------------------------------------------------------- views

  @Override
  public int waiting() {
    return room.size();
  }

  @Override
  public int running() {
    return running;
  }

  @Override
  public PoolSnapshot snapshot(long now) {
    return new PoolView(engines, times, now)
        .of(
            room.tenants().values(),
            tally.counters(turns.bypassed(), engines),
            upkeep.fairness(),
            tally.forecasts());
  }
}
