package org.archipel.simulator.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.PeerSnapshot;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.simulator.fleet.scenario.EngineSpec;
import org.archipel.simulator.fleet.scenario.LoadReports;
import org.archipel.simulator.fleet.scenario.Scenario;

/**
 * One run of a scenario under one policy: takes events in the order of virtual time, calls the pool
 * as the relay would, and carries its decisions out on the simulated engines.
 */
final class Simulation implements FleetEngine.Listener {
  private static final long TICK_NANOS = 50_000_000L;
  private static final long SAMPLE_NANOS = 1_000_000_000L;
  private static final int SAMPLES_TO_REPORT = 10;

  /** Engines are asked for their load in so many groups, spread over the period. */
  private static final int REPORT_GROUPS = 16;

  private final Scenario scenario;
  private final Pool<Ticket> pool;
  private final Progress progress;
  private final Measurements measured;
  private final List<FleetEngine> engines = new ArrayList<>();
  private final Map<String, Integer> engineByName = new HashMap<>();
  private final List<Arrivals> arrivals;
  private final Map<Integer, Arrivals> people = new HashMap<>();
  private final Set<Ticket> open = new HashSet<>();
  private final Timetable timetable;
  private final int firstArrivals;
  private final int ticks;
  private final int samples;
  private final int reports;
  private final double[] busyAtStart;
  private int reportGroup;
  private long requests;
  private long sampled;
  private long lastSample;

  Simulation(
      Scenario scenario,
      Pool<Ticket> pool,
      List<TraceEntry> trace,
      Seeds seeds,
      Progress progress) {
    this.scenario = scenario;
    this.pool = pool;
    this.progress = progress;
    measured = new Measurements(scenario);
    for (EngineSpec spec : scenario.engines()) {
      engineByName.put(spec.id(), engines.size());
      engines.add(new FleetEngine(spec.model(), this));
    }
    arrivals = arrivals(trace, seeds);
    firstArrivals = engines.size();
    ticks = firstArrivals + arrivals.size();
    samples = ticks + 1;
    reports = samples + 1;
    timetable = new Timetable(reports + 1);
    busyAtStart = new double[engines.size()];
  }

  private List<Arrivals> arrivals(List<TraceEntry> trace, Seeds seeds) {
    List<Arrivals> sources = new ArrayList<>();
    for (int i = 0; i < scenario.organizations().size(); i++) {
      if (scenario.organizations().get(i).demand().users() > 0) {
        PeopleArrivals source = new PeopleArrivals(scenario, i, seeds);
        people.put(i, source);
        sources.add(source);
      } else if (trace.isEmpty()
          || scenario.organizations().get(i).demand().ownRate().isPresent()) {
        sources.add(new OpenArrivals(scenario, i, seeds));
      }
    }
    scenario
        .load()
        .trace()
        .filter(_ -> !trace.isEmpty())
        .ifPresent(spec -> sources.add(new TraceArrivals(scenario, trace, spec.speed(), seeds)));
    return sources;
  }

  /** Runs to the end. Called once. */
  RunResult run() {
    ScenarioPool told = ScenarioPool.of(scenario);
    pool.shares(told.shares());
    told.engines().forEach(profile -> carryOut(pool.engineUp(profile, 0), 0));
    for (int i = 0; i < arrivals.size(); i++) {
      timetable.set(firstArrivals + i, arrivals.get(i).nextNanos());
    }
    timetable.set(samples, 0);
    timetable.set(reports, 0);
    long last = scenario.period().durationNanos() + scenario.period().drainNanos();
    long now = 0;
    while (!done()) {
      int source = timetable.first();
      long time = timetable.time(source);
      if (time > last) {
        now = last;
        break;
      }
      now = time;
      event(source, now);
    }
    return result(now);
  }

  private boolean done() {
    if (!open.isEmpty() || lastSample < scenario.period().measureToNanos()) {
      return false;
    }
    for (int i = firstArrivals; i < ticks; i++) {
      if (timetable.time(i) != Timetable.NEVER) {
        return false;
      }
    }
    return true;
  }

  private void event(int source, long now) {
    if (source < firstArrivals) {
      FleetEngine engine = engines.get(source);
      engine.event(now);
      timetable.set(source, engine.nextNanos());
    } else if (source < ticks) {
      arrive(source, now);
    } else if (source == ticks) {
      timetable.set(ticks, Timetable.NEVER);
      carryOut(pool.tick(now), now);
    } else if (source == samples) {
      sample(now);
    } else {
      report(now);
    }
    if (timetable.time(ticks) == Timetable.NEVER && pool.waiting() > 0) {
      timetable.set(ticks, now + TICK_NANOS);
    }
  }

  private void arrive(int source, long now) {
    Arrivals from = arrivals.get(source - firstArrivals);
    Ticket ticket = from.take();
    timetable.set(source, from.nextNanos());
    requests++;
    open.add(ticket);
    measured.arrived(ticket);
    carryOut(pool.submit(ticket.demand, ticket, now), now);
    if (ticket.state == Ticket.State.ARRIVED) {
      ticket.state = Ticket.State.WAITING;
      measured.waits(ticket);
    }
  }

  private void carryOut(List<Decision<Ticket>> decisions, long now) {
    for (int i = 0; i < decisions.size(); i++) {
      switch (decisions.get(i)) {
        case Decision.Start<Ticket>(Ticket ticket, Permit permit) -> {
          decided(ticket, Ticket.State.STARTED, now);
          ticket.permit = permit;
          int index = engineByName.getOrDefault(permit.engine(), -1);
          FleetEngine engine = engines.get(index);
          engine.accept(ticket, now);
          timetable.set(index, engine.nextNanos());
        }
        case Decision.Overflow<Ticket> overflow ->
            throw new IllegalStateException("there is no other site: " + overflow.offer().site());
        case Decision.Refuse<Ticket> refuse -> {
          Ticket ticket = refuse.ticket();
          decided(ticket, Ticket.State.REFUSED, now);
          measured.refused(ticket, refuse.refusal(), now);
          over(ticket, now);
        }
      }
    }
  }

  private void decided(Ticket ticket, Ticket.State to, long now) {
    Ticket.State from = ticket.state;
    if (from != Ticket.State.ARRIVED && from != Ticket.State.WAITING) {
      throw new IllegalStateException("a second decision on a ticket: " + from + ", " + to);
    }
    ticket.state = to;
    if (from == Ticket.State.WAITING) {
      measured.leftQueue(ticket, now);
    }
  }

  private void over(Ticket ticket, long now) {
    open.remove(ticket);
    Arrivals person = people.get(ticket.organization);
    if (person != null) {
      person.over(now);
      timetable.set(firstArrivals + arrivals.indexOf(person), person.nextNanos());
    }
  }

  @Override
  public void admitted(Ticket ticket, long now) {
    measured.admitted(ticket);
  }

  @Override
  public void firstToken(Ticket ticket, long now) {
    measured.firstToken(ticket, now);
    carryOut(pool.firstToken(permit(ticket), now), now);
  }

  @Override
  public void progressed(Ticket ticket, int tokens, long now) {
    measured.generated(ticket, tokens, now);
    pool.progressed(permit(ticket), tokens, now);
  }

  @Override
  public void finished(Ticket ticket, long now) {
    ticket.state = Ticket.State.FINISHED;
    measured.finished(ticket, now);
    over(ticket, now);
    Ticket.Ask ask = ticket.ask;
    Completion completion =
        new Completion(Outcome.COMPLETED, ask.prompt(), ticket.cached, ask.output());
    carryOut(pool.complete(permit(ticket), completion, now), now);
  }

  private static Permit permit(Ticket ticket) {
    Permit permit = ticket.permit;
    if (permit == null) {
      throw new IllegalStateException("runs without a permit");
    }
    return permit;
  }

  private void report(long now) {
    LoadReports how = scenario.reports();
    int groups = Math.min(REPORT_GROUPS, engines.size());
    LoadReports.Mode mode = now >= how.fromNanos() ? how.mode() : LoadReports.Mode.FRESH;
    for (int i = reportGroup; i < engines.size() && mode != LoadReports.Mode.STOPPED; i += groups) {
      FleetEngine engine = engines.get(i);
      EngineLoad load =
          mode == LoadReports.Mode.RENAMED
              ? EngineLoad.of(0, 0)
              : new EngineLoad(engine.running(), engine.waiting(), engine.kvUsage(), 0);
      carryOut(pool.observe(scenario.engines().get(i).id(), load, now), now);
    }
    reportGroup = (reportGroup + 1) % groups;
    timetable.set(reports, now + how.everyNanos() / groups);
  }

  private void sample(long now) {
    timetable.set(samples, now + SAMPLE_NANOS);
    lastSample = now;
    Scenario.Period period = scenario.period();
    // The first sample at or after an end of the measured time stands for that end.
    if (now >= period.measureFromNanos() && now < period.measureFromNanos() + SAMPLE_NANOS) {
      for (int i = 0; i < busyAtStart.length; i++) {
        busyAtStart[i] = engines.get(i).busyNanos(now);
      }
    }
    if (now >= period.measureToNanos() && now < period.measureToNanos() + SAMPLE_NANOS) {
      double nanos = (double) period.measureToNanos() - period.measureFromNanos();
      measured.set(Metric.UTILIZATION, utilization(now, nanos));
    }
    if (measured.measures(now)) {
      long tokens = 0;
      for (FleetEngine engine : engines) {
        tokens += engine.reservedTokens();
      }
      measured.sample(tokens);
    }
    if (sampled++ % SAMPLES_TO_REPORT == 0) {
      progress.at(now, period.durationNanos());
    }
  }

  private double utilization(long now, double nanos) {
    double busy = 0;
    double all = 0;
    for (int i = 0; i < busyAtStart.length; i++) {
      double speed = 1 / scenario.engines().get(i).model().prefillNanos();
      busy += speed * (engines.get(i).busyNanos(now) - busyAtStart[i]) / nanos;
      all += speed;
    }
    return Math.min(1, busy / all);
  }

  private RunResult result(long now) {
    open.forEach(ticket -> measured.unfinished(ticket, now));
    PoolSnapshot last = pool.snapshot(now);
    measured.set(Metric.LOCALITY_INVERSIONS, (double) last.counters().localityInversions());
    measured.set(
        Metric.OVERFLOWED, (double) last.peers().stream().mapToLong(PeerSnapshot::accepted).sum());
    measured.set(
        Metric.SENT_BACK, (double) last.peers().stream().mapToLong(PeerSnapshot::refused).sum());
    return new RunResult(requests, now, measured.values());
  }
}
