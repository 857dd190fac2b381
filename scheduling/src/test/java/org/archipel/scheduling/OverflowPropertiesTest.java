package org.archipel.scheduling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds in random lives of three sites that help each other. */
class OverflowPropertiesTest {
  private static final List<String> SITES = List.of("rennes", "lille", "saclay");
  private static final long SECOND = 1_000_000_000L;
  private static final int ROUNDS = 60;
  private static final int EVENTS = 600;

  @Test
  void threeSitesKeepTheRulesWhateverHappens() {
    long first = Long.getLong("archipel.seed", new Random().nextLong());
    int sent = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        Federation federation = new Federation(first + round);
        federation.play();
        federation.drain();
        sent += federation.sent;
        refused += federation.refusedByPeers;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with -Darchipel.seed=" + (first + round), e);
      }
    }
    // Else nothing was tested.
    assertThat(sent).isGreaterThan(1_000);
    assertThat(refused).isGreaterThan(50);
  }

  /** One request: where it came in, and where it is. */
  private static final class Request {
    private final String origin;
    private final int number;
    private final boolean visit;
    private Demand demand;

    Request(String origin, int number, boolean visit, Demand demand) {
      this.origin = origin;
      this.number = number;
      this.visit = visit;
      this.demand = demand;
    }

    @Override
    public String toString() {
      return origin + "/" + number + (visit ? " visiting" : "");
    }
  }

  private static final class Site {
    private final String name;
    private final FairPool<Request> pool;
    private final Map<Request, Demand> waiting = new LinkedHashMap<>();
    private final Map<Request, Permit> running = new LinkedHashMap<>();

    /** Of what it sent away: the visit over there. */
    private final Map<Request, Request> away = new LinkedHashMap<>();

    Site(String name, long seed) {
      this.name = name;
      this.pool = new FairPool<>(SchedulingOptions.DEFAULTS.withSeed(seed));
    }
  }

  private static final class Federation {
    private final Random random;
    private final Map<String, Site> sites = new TreeMap<>();
    private final IdentityHashMap<Request, Request> origins = new IdentityHashMap<>();
    private final IdentityHashMap<Request, Permit> awayPermits = new IdentityHashMap<>();
    private final Map<String, PeerOffer> adverts = new HashMap<>();
    private int numbers;
    private int sent;
    private int refusedByPeers;
    private long now;

    Federation(long seed) {
      random = new Random(seed);
      for (String name : SITES) {
        Site site = new Site(name, seed);
        sites.put(name, site);
        int engines = random.nextInt(3);
        for (int i = 0; i < engines; i++) {
          EngineCapacity capacity = EngineCapacity.of(1 + random.nextInt(4));
          EngineSpeed speed = new EngineSpeed(2_000, 0.02, 0.001);
          String owner = random.nextInt(4) == 0 ? "guest" : "univ-" + name;
          carryOut(site, site.pool.engineUp(new EngineProfile("e" + i, owner, capacity, speed), 0));
        }
      }
    }

    void play() {
      for (int i = 0; i < EVENTS; i++) {
        now += random.nextInt(60) * 1_000_000L;
        step(requireNonNull(sites.get(SITES.get(random.nextInt(SITES.size())))));
        check();
      }
    }

    void drain() {
      for (int i = 0; i < 5_000 && busy(); i++) {
        now += SECOND;
        for (Site site : sites.values()) {
          advertise(site);
          while (!site.running.isEmpty()) {
            end(site, site.running.keySet().iterator().next(), Outcome.COMPLETED);
          }
          carryOut(site, site.pool.tick(now));
        }
      }
      check();
      for (Site site : sites.values()) {
        assertThat(site.pool.waiting()).isZero();
        assertThat(site.pool.running()).isZero();
        assertThat(site.away).isEmpty();
      }
    }

    private boolean busy() {
      return sites.values().stream()
          .anyMatch(s -> s.pool.waiting() + s.pool.running() + s.away.size() > 0);
    }

    private void step(Site site) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> submit(site);
        case 4, 5 -> {
          if (!site.running.isEmpty()) {
            List<Request> all = new ArrayList<>(site.running.keySet());
            Outcome[] outcomes = Outcome.values();
            Outcome outcome = outcomes[random.nextInt(outcomes.length)];
            end(site, all.get(random.nextInt(all.size())), outcome);
          }
        }
        case 6 -> advertise(site);
        case 7 -> {
          if (!site.waiting.isEmpty()) {
            withdraw(site, site.waiting.keySet().iterator().next());
          }
        }
        default -> carryOut(site, site.pool.tick(now));
      }
    }

    /** The others hear, a little later, what it offers. */
    private void advertise(Site site) {
      Set<String> labels = site.name.equals("lille") ? Set.of("hds") : Set.of();
      PoolOffer room = site.pool.offer(now);
      long received = now - random.nextInt(900) * 1_000_000L;
      adverts.put(
          site.name, new PeerOffer(site.name, "aya", room, labels, 20_000_000L, received, 0, 0));
      for (Site other : sites.values()) {
        List<PeerOffer> offers =
            adverts.values().stream().filter(o -> !o.site().equals(other.name)).toList();
        carryOut(other, other.pool.offers(offers, now));
      }
    }

    private void submit(Site site) {
      RoutingMode[] modes = RoutingMode.values();
      ServiceClass[] classes = ServiceClass.values();
      Reach reach = random.nextInt(4) == 0 ? new Reach(false, Set.of("hds"), Set.of()) : Reach.HOME;
      Flow flow =
          new Flow(
              "univ-" + SITES.get(random.nextInt(SITES.size())),
              "p",
              classes[random.nextInt(classes.length)]);
      Demand demand =
          new Demand(
              flow,
              new TokenEstimate(500, 300),
              Prefix.NONE,
              random.nextInt(3) == 0 ? modes[random.nextInt(modes.length)] : RoutingMode.ANY,
              Patience.from(now),
              Set.of(),
              reach);
      submit(site, new Request(site.name, numbers++, false, demand));
    }

    private void submit(Site site, Request request) {
      assertThat(site.waiting.put(request, request.demand)).isNull();
      carryOut(site, site.pool.submit(request.demand, request, now));
    }

    private void withdraw(Site site, Request request) {
      site.waiting.remove(request);
      assertThat(site.pool.withdraw(request, now)).isTrue();
      if (request.visit) {
        over(request, Outcome.CANCELLED);
      }
    }

    private void end(Site site, Request request, Outcome outcome) {
      Permit permit = requireNonNull(site.running.remove(request));
      if (request.visit) {
        // It may hear of its visit's end before the place there is free again, or after.
        over(request, outcome);
      }
      carryOut(site, site.pool.complete(permit, Completion.of(outcome), now));
      assertThat(site.pool.complete(permit, Completion.of(outcome), now)).isEmpty();
    }

    /** A visit ended somehow; its origin does what the relay would do. */
    private void over(Request visit, Outcome outcome) {
      Request request = requireNonNull(origins.remove(visit));
      Site origin = requireNonNull(sites.get(request.origin));
      Permit permit = requireNonNull(awayPermits.remove(request));
      origin.away.remove(request);
      carryOut(origin, origin.pool.complete(permit, Completion.of(outcome), now));
      assertThat(origin.pool.complete(permit, Completion.of(outcome), now)).isEmpty();
      if (outcome == Outcome.PUSHED_BACK || outcome == Outcome.FAILED) {
        refusedByPeers++;
        request.demand = request.demand.refusedBy(permit.engine());
        submit(origin, request);
      }
    }

    private void carryOut(Site site, List<Decision<Request>> decisions) {
      for (Decision<Request> decision : decisions) {
        Request request = decision.ticket();
        Demand demand = site.waiting.remove(request);
        assertThat(demand).as("one decision for %s", request).isNotNull();
        switch (decision) {
          case Decision.Start<Request> start -> {
            assertThat(site.running.put(request, start.permit())).isNull();
            inOrder(site, request);
          }
          case Decision.Overflow<Request> overflow -> send(site, request, overflow);
          case Decision.Refuse<Request> refuse -> {
            boolean noCredit = refuse.refusal().reason() == Refusal.Reason.NO_CREDIT;
            assertThat(noCredit).as("%s", decision).isIn(false, request.visit);
            if (request.visit) {
              over(request, Outcome.PUSHED_BACK);
            }
          }
        }
      }
    }

    private void send(Site site, Request request, Decision.Overflow<Request> overflow) {
      Demand demand = request.demand;
      String to = overflow.permit().engine();
      assertThat(request.visit).as("a second hop of %s", request).isFalse();
      assertThat(demand.routing()).isNotEqualTo(RoutingMode.LOCAL_ONLY);
      assertThat(overflow.offer().labels()).containsAll(demand.reach().labels());
      assertThat(demand.reach().refusedBy()).doesNotContain(to);
      assertThat(to).isNotEqualTo(site.name);
      Demand there =
          new Demand(
              demand.flow(),
              demand.tokens(),
              demand.prefix(),
              RoutingMode.ANY,
              demand.patience(),
              Set.of(),
              Reach.VISITOR);
      Request visit = new Request(site.name, request.number, true, there);
      origins.put(visit, request);
      awayPermits.put(request, overflow.permit());
      site.away.put(request, visit);
      sent++;
      submit(requireNonNull(sites.get(to)), visit);
    }

    /** Nobody of its flow who came earlier is passed by, also after having been elsewhere. */
    private void inOrder(Site site, Request started) {
      Demand demand = started.demand;
      if (demand.flow().serviceClass() != ServiceClass.STANDARD) {
        return;
      }
      for (Map.Entry<Request, Demand> other : site.waiting.entrySet()) {
        Demand waits = other.getValue();
        boolean alike =
            waits.flow().equals(demand.flow())
                && waits.routing() == demand.routing()
                && other.getKey().visit == started.visit
                // Else the engine may lack what the one that waits asks for.
                && demand.reach().labels().containsAll(waits.reach().labels())
                && demand.excludedEngines().isEmpty();
        boolean earlier = waits.patience().submittedNanos() < demand.patience().submittedNanos();
        assertThat(alike && earlier).as("%s passes %s", started, other.getKey()).isFalse();
      }
    }

    private void check() {
      for (Site site : sites.values()) {
        assertThat(site.pool.waiting()).isEqualTo(site.waiting.size());
        assertThat(site.pool.running()).isEqualTo(site.running.size() + site.away.size());
        PoolSnapshot snapshot = site.pool.snapshot(now);
        assertThat(snapshot.counters().localityInversions()).isZero();
        int there = snapshot.peers().stream().mapToInt(PeerSnapshot::running).sum();
        assertThat(there).isEqualTo(site.away.size());
      }
    }
  }
}
