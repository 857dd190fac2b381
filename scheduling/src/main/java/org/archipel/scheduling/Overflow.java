package org.archipel.scheduling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which of those who wait go to another site (scheduling.md §5.4): those that would wait for long
 * here and much less there. Who goes is drawn, the sooner the longer the wait, so that sites do not
 * swing together. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Overflow<T> {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  /** Those who may not run here only, in the order in which they are looked at. */
  private static final RoutingMode[] FREE = {RoutingMode.ANY, RoutingMode.LOCAL_FIRST};

  private static final long SWEEP_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Demands that are looked at in one sweep at most. */
  private static final int LOOKS = 4_096;

  /** Where a demand goes. */
  record Way<T>(Waiting<T> waiting, Peer peer) {}

  /** One that was drawn, and what it would take here in seconds. */
  private record Drawn<T>(Waiting<T> waiting, double here) {}

  private final OverflowRules rules;
  private final WaitingRoom<T> room;
  private final WaitForecast<T> forecast;
  private final Admission<T> admission;
  private final Fitness fitness;
  private final LocalRules local;
  private final SplittableRandom random;
  private final PeerTable peers;
  private final Map<Tenant, ArrayDeque<Drawn<T>>> lined = new LinkedHashMap<>();
  private long sweptAt;
  private int looks;

  /** What it sees of the pool. */
  record View<T>(
      WaitingRoom<T> room,
      WaitForecast<T> forecast,
      Admission<T> admission,
      Fitness fitness,
      LocalRules local) {}

  Overflow(OverflowRules rules, long seed, View<T> view) {
    this.rules = rules;
    this.room = view.room();
    this.forecast = view.forecast();
    this.admission = view.admission();
    this.fitness = view.fitness();
    this.local = view.local();
    this.random = new SplittableRandom(seed);
    this.peers = new PeerTable(rules, random);
  }

  PeerTable peers() {
    return peers;
  }

  // ---------------------------------------------------------------- one that comes

  /** Where one goes at once that finds no place here. */
  @Nullable Peer atTheDoor(Waiting<T> waiting, long now) {
    if (!mayGo(waiting, now) || !peers.anyOpen(now)) {
      return null;
    }
    ServiceClass asked = waiting.demand().flow().serviceClass();
    double here = here(waiting, waiting.tenant().waitingCost(asked.rank()));
    return random.nextDouble() < ramp(here, asked) ? choose(waiting, here, now) : null;
  }

  /** Where one goes that would be refused here otherwise. */
  @Nullable Peer rather(Waiting<T> waiting, long now) {
    return waiting.tenant().visiting()
        ? null
        : peers.choose(waiting, Double.POSITIVE_INFINITY, 0, now);
  }

  /** Whether one may wait for which there is no engine here: another site may have room for it. */
  boolean hope(Waiting<T> waiting, long now) {
    return peers.anyFor(waiting, now);
  }

  // ---------------------------------------------------------------- those that wait

  /** Those that go now; to be carried out one by one, since each changes what is fair. */
  @Nullable Way<T> next(long now) {
    while (!lined.isEmpty()) {
      Tenant least = null;
      for (Tenant tenant : lined.keySet()) {
        least = least == null || tenant.externalTime() < least.externalTime() ? tenant : least;
      }
      ArrayDeque<Drawn<T>> line = least == null ? null : lined.get(least);
      Drawn<T> first = line == null ? null : line.poll();
      if (first == null) {
        lined.remove(least);
        continue;
      }
      Peer peer = choose(first.waiting(), first.here(), now);
      if (peer != null) {
        return new Way<>(first.waiting(), peer);
      }
    }
    return null;
  }

  /** What all others offer now. */
  void offers(List<PeerOffer> offers, long now) {
    peers.offers(offers);
    sweep(now);
  }

  /** Draws who is to go, if it is time to. */
  void pass(long now) {
    lined.clear();
    if (now - sweptAt >= SWEEP_EVERY_NANOS) {
      sweep(now);
    }
  }

  private void sweep(long now) {
    lined.clear();
    double seconds = Math.min(1, (now - sweptAt) / 1e9);
    sweptAt = now;
    if (room.active().isEmpty() || !peers.anyOpen(now)) {
      return;
    }
    looks = LOOKS;
    for (Tenant tenant : room.active()) {
      if (!tenant.visiting()) {
        ArrayDeque<Drawn<T>> line = new ArrayDeque<>();
        for (ServiceClass serviceClass : CLASSES) {
          draw(tenant, serviceClass, seconds, line, now);
        }
        if (!line.isEmpty()) {
          lined.put(tenant, line);
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // the room makes no other projects
  private void draw(
      Tenant tenant,
      ServiceClass serviceClass,
      double seconds,
      ArrayDeque<Drawn<T>> drawn,
      long now) {
    if (tenant.waiting(serviceClass.rank()) == 0) {
      return;
    }
    List<Project<?>> projects = new ArrayList<>(tenant.active());
    for (Project<?> project : projects) {
      // Its own line, and as much of each other project of its organization.
      double ahead = 0;
      for (RoutingMode mode : FREE) {
        FlowLine<T> line = ((Project<T>) project).line(serviceClass.rank(), mode);
        Iterator<Waiting<T>> waiting = line == null ? null : line.inOrder(false);
        while (waiting != null && waiting.hasNext() && looks-- > 0) {
          Waiting<T> next = waiting.next();
          double all = Math.min(tenant.waitingCost(serviceClass.rank()), ahead * projects.size());
          double here = here(next, all);
          double share = here == Double.POSITIVE_INFINITY ? 1 : seconds;
          if (mayGo(next, now) && random.nextDouble() < share * ramp(here, next.asked())) {
            drawn.add(new Drawn<>(next, here));
          }
          ahead += next.cost();
        }
      }
    }
  }

  // ---------------------------------------------------------------- the rule

  private boolean mayGo(Waiting<T> waiting, long now) {
    return !waiting.tenant().visiting()
        && waiting.routing() != RoutingMode.LOCAL_ONLY
        && local.mayLeave(waiting, now);
  }

  /** Seconds until its first token and, weighted, its whole answer, if it stays (T_l). */
  private double here(Waiting<T> waiting, double ahead) {
    if (!admission.anyEngine(waiting.demand(), waiting.tenant())) {
      return Double.POSITIVE_INFINITY;
    }
    return forecast.seconds(waiting.tenant(), waiting.serviceClass(), waiting.routing(), ahead)
        + fitness.least(waiting);
  }

  /** With which chance it goes within a second. */
  private double ramp(double here, ServiceClass asked) {
    double after = rules.after(asked);
    return here == Double.POSITIVE_INFINITY ? 1 : Math.clamp((here - after) / (2 * after), 0, 1);
  }

  private @Nullable Peer choose(Waiting<T> waiting, double here, long now) {
    double gain =
        here == Double.POSITIVE_INFINITY
            ? 0
            : Math.max(rules.leastGainNanos() / 1e9, rules.leastGainShare() * here);
    return peers.choose(waiting, here, gain, now);
  }

  // ---------------------------------------------------------------- runs there

  /** The permit for one that goes. */
  PeerRun run(Waiting<T> waiting, Peer peer, long now) {
    peer.sent(waiting.cost());
    return new PeerRun(
        peer,
        Run.Start.of(
            waiting, false, 0, peer.promised(waiting, waiting.asked()), waiting.prompt(), now));
  }

  boolean knows(PeerRun run) {
    return run.goesTo().of(peers);
  }

  /** Its first token came; nobody else can start for it. */
  List<Decision<T>> answered(Run run) {
    if (run instanceof PeerRun there) {
      there.goesTo().answered(there);
    }
    return List.of();
  }

  /** It is over; nobody else can start for it. */
  List<Decision<T>> ended(Run run, Completion completion, long now) {
    if (run instanceof PeerRun there) {
      there.goesTo().ended(there, completion.outcome(), rules.dampingNanos(), now);
      long generated = Math.max(run.completion(), completion.completionTokens());
      if (completion.outcome() == Outcome.COMPLETED && generated > 0) {
        run.start().tenant().lengths(run.start().flow().serviceClass()).seen(generated);
      }
    }
    return List.of();
  }
}
