package org.archipel.simulator.fleet;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Decision;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineLoad;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.ForecastErrors;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.PeerSnapshot;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Pool;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolFairness;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.Reach;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.Share;

/**
 * Several sites, each with a pool of production's: the engines of one owner are a site, whose own
 * demands come there; demands of organizations without engines come to the first. Sites advertise
 * each second, and requests cross with the delay of a network. What the relay does is done here:
 * visits, refusals, giving permits back at both ends.
 */
final class SitesPool implements Pool<Ticket> {
  private static final long ADVERT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Between universities of one country. */
  private static final long ROUND_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Function<String, Pool<Ticket>> make;
  private final boolean helping;
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final Map<String, Site> byEngine = new HashMap<>();
  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private Map<String, Share> shares = Map.of();

  /** A site, and what it last heard of the others. */
  private static final class Site {
    private final String name;
    private final Pool<Ticket> pool;
    private final Map<String, PeerOffer> heard = new LinkedHashMap<>();
    private long advertises;

    Site(String name, Pool<Ticket> pool, long firstAdvert) {
      this.name = name;
      this.pool = pool;
      this.advertises = firstAdvert;
    }
  }

  /** Something that arrives elsewhere; all take the same time, so that they stay in order. */
  private sealed interface Event {
    long at();

    /** A request comes to another site. */
    record Visit(long at, Crossing crossing) implements Event {}

    /** An advert comes to another site. */
    record Advert(long at, Site to, String from, PoolOffer room) implements Event {}
  }

  /** A request that left its site. */
  private record Crossing(Ticket ticket, Demand demand, Site from, Site to, Permit permit) {}

  /** A permit of a site's engine, and of the site that sent the request there. */
  private static final class Ride extends Permit {
    private final Site site;
    private final Permit here;
    private final List<Crossing> crossing;

    Ride(Site site, Permit here, List<Crossing> crossing) {
      super(here.engine());
      this.site = site;
      this.here = here;
      this.crossing = crossing;
    }
  }

  private int leaving;
  private final Map<Ticket, Crossing> visiting = new HashMap<>();

  /** By ticket, the demand as it is after refusals. */
  private final Map<Ticket, Demand> demands = new HashMap<>();

  /**
   * @param make makes the pool of a site
   * @param helping whether they send requests to each other
   */
  SitesPool(Function<String, Pool<Ticket>> make, boolean helping) {
    this.make = make;
    this.helping = helping;
  }

  // ---------------------------------------------------------------- as one pool

  @Override
  public List<Decision<Ticket>> submit(Demand demand, Ticket ticket, long now) {
    List<Decision<Ticket>> decisions = pass(now);
    demands.put(ticket, demand);
    Site home = home(demand.flow().organization());
    carryOut(home, home.pool.submit(demand, ticket, now), decisions, now);
    return decisions;
  }

  private Site home(String organization) {
    Site own = sites.get(organization);
    return own == null ? sites.values().iterator().next() : own;
  }

  @Override
  public boolean withdraw(Ticket ticket, long now) {
    throw new UnsupportedOperationException("nobody leaves in a simulation of sites");
  }

  @Override
  public List<Decision<Ticket>> firstToken(Permit permit, long now) {
    Ride ride = (Ride) permit;
    List<Decision<Ticket>> decisions = pass(now);
    carryOut(ride.site, ride.site.pool.firstToken(ride.here, now), decisions, now);
    for (Crossing crossing : ride.crossing) {
      carryOut(crossing.from, crossing.from.pool.firstToken(crossing.permit, now), decisions, now);
    }
    return decisions;
  }

  @Override
  public void progressed(Permit permit, long completionTokens, long now) {
    Ride ride = (Ride) permit;
    ride.site.pool.progressed(ride.here, completionTokens, now);
    for (Crossing crossing : ride.crossing) {
      crossing.from.pool.progressed(crossing.permit, completionTokens, now);
    }
  }

  @Override
  public List<Decision<Ticket>> complete(Permit permit, Completion completion, long now) {
    Ride ride = (Ride) permit;
    List<Decision<Ticket>> decisions = pass(now);
    carryOut(ride.site, ride.site.pool.complete(ride.here, completion, now), decisions, now);
    for (Crossing crossing : ride.crossing) {
      carryOut(
          crossing.from,
          crossing.from.pool.complete(crossing.permit, completion, now),
          decisions,
          now);
    }
    return decisions;
  }

  @Override
  public List<Decision<Ticket>> engineUp(EngineProfile profile, long now) {
    Site site = sites.get(profile.owner());
    if (site == null) {
      // Not all at once: sites know nothing of each other's seconds.
      long first = now + sites.size() * ADVERT_NANOS / 7;
      site = new Site(profile.owner(), make.apply(profile.owner()), first);
      site.pool.shares(shares);
      sites.put(profile.owner(), site);
    }
    byEngine.put(profile.engine(), site);
    List<Decision<Ticket>> decisions = new ArrayList<>();
    carryOut(site, site.pool.engineUp(profile, now), decisions, now);
    return decisions;
  }

  @Override
  public List<Decision<Ticket>> engineDown(String engine, long now) {
    return at(engine, site -> site.pool.engineDown(engine, now), now);
  }

  @Override
  public List<Decision<Ticket>> observe(String engine, EngineLoad load, long now) {
    return at(engine, site -> site.pool.observe(engine, load, now), now);
  }

  private List<Decision<Ticket>> at(
      String engine, Function<Site, List<Decision<Ticket>>> event, long now) {
    List<Decision<Ticket>> decisions = pass(now);
    Site site = byEngine.get(engine);
    if (site != null) {
      carryOut(site, event.apply(site), decisions, now);
    }
    return decisions;
  }

  @Override
  public void shares(Map<String, Share> agreed) {
    shares = Map.copyOf(agreed);
    sites.values().forEach(site -> site.pool.shares(shares));
  }

  @Override
  public List<Decision<Ticket>> tick(long now) {
    List<Decision<Ticket>> decisions = pass(now);
    for (Site site : sites.values()) {
      carryOut(site, site.pool.tick(now), decisions, now);
    }
    return decisions;
  }

  @Override
  public int waiting() {
    return leaving + sites.values().stream().mapToInt(site -> site.pool.waiting()).sum();
  }

  @Override
  public int running() {
    return sites.values().stream().mapToInt(site -> site.pool.running()).sum();
  }

  /** Of the counters, those of starts and inversions are summed. */
  @Override
  public PoolSnapshot snapshot(long now) {
    List<FlowSnapshot> flows = new ArrayList<>();
    List<EngineSnapshot> engines = new ArrayList<>();
    List<PeerSnapshot> peers = new ArrayList<>();
    long dispatched = 0;
    long inversions = 0;
    for (Site site : sites.values()) {
      PoolSnapshot one = site.pool.snapshot(now);
      flows.addAll(one.flows());
      engines.addAll(one.engines());
      peers.addAll(one.peers());
      dispatched += one.counters().dispatched();
      inversions += one.counters().localityInversions();
    }
    PoolCounters counters =
        new PoolCounters(dispatched, 0, 0, 0, 0, 0, 0, 0, inversions, 0, 0, 0, 0, 0, 0);
    return new PoolSnapshot(
        0, flows, engines, counters, PoolFairness.NONE, ForecastErrors.NONE, List.copyOf(peers));
  }

  // ---------------------------------------------------------------- between the sites

  /** Adverts and requests arrive that are under way, as far as it is their time. */
  private List<Decision<Ticket>> pass(long now) {
    List<Decision<Ticket>> decisions = new ArrayList<>();
    if (!helping) {
      return decisions;
    }
    for (Site site : sites.values()) {
      if (now >= site.advertises) {
        site.advertises = now + ADVERT_NANOS;
        PoolOffer room = site.pool.offer(now);
        for (Site other : sites.values()) {
          if (other != site) {
            events.add(new Event.Advert(now + ROUND_TRIP_NANOS, other, site.name, room));
          }
        }
      }
    }
    while (!events.isEmpty() && events.peek().at() <= now) {
      switch (events.poll()) {
        case Event.Visit visit -> {
          leaving--;
          visit(visit.crossing(), decisions, now);
        }
        case Event.Advert advert -> {
          Site to = advert.to();
          to.heard.put(advert.from(), offer(advert));
          List<PeerOffer> all = List.copyOf(to.heard.values());
          carryOut(to, to.pool.offers(all, now), decisions, now);
        }
      }
    }
    return decisions;
  }

  private static PeerOffer offer(Event.Advert advert) {
    return new PeerOffer(
        advert.from(), "", advert.room(), Set.of(), ROUND_TRIP_NANOS, advert.at(), 0, 0);
  }

  private void visit(Crossing crossing, List<Decision<Ticket>> decisions, long now) {
    Demand demand = crossing.demand;
    Demand there =
        new Demand(
            demand.flow(),
            demand.tokens(),
            demand.prefix(),
            RoutingMode.ANY,
            new Patience(now, demand.patience().deadlineNanos(), Integer.MAX_VALUE),
            Set.of(),
            Reach.VISITOR);
    visiting.put(crossing.ticket, crossing);
    carryOut(crossing.to, crossing.to.pool.submit(there, crossing.ticket, now), decisions, now);
  }

  private void carryOut(
      Site site, List<Decision<Ticket>> made, List<Decision<Ticket>> decisions, long now) {
    for (Decision<Ticket> decision : made) {
      Ticket ticket = decision.ticket();
      Crossing crossing = visiting.get(ticket);
      boolean here = crossing != null && crossing.to == site;
      switch (decision) {
        case Decision.Start<Ticket> start -> {
          visiting.remove(ticket);
          demands.remove(ticket);
          List<Crossing> way = crossing != null && here ? List.of(crossing) : List.of();
          decisions.add(new Decision.Start<>(ticket, new Ride(site, start.permit(), way)));
        }
        case Decision.Overflow<Ticket> overflow -> {
          Site to = requireNonNull(sites.get(overflow.permit().engine()));
          Demand asked = requireNonNull(demands.get(ticket));
          Crossing next = new Crossing(ticket, asked, site, to, overflow.permit());
          leaving++;
          events.add(new Event.Visit(now + ROUND_TRIP_NANOS, next));
        }
        case Decision.Refuse<Ticket>(Ticket _, Refusal refusal) -> {
          visiting.remove(ticket);
          if (crossing != null && here) {
            sentBack(crossing, decisions, now);
          } else {
            demands.remove(ticket);
            decisions.add(new Decision.Refuse<>(ticket, refusal));
          }
        }
      }
    }
  }

  private void sentBack(Crossing crossing, List<Decision<Ticket>> decisions, long now) {
    Site home = crossing.from;
    Completion refused = Completion.of(Outcome.PUSHED_BACK);
    carryOut(home, home.pool.complete(crossing.permit, refused, now), decisions, now);
    Demand again = crossing.demand.refusedBy(crossing.to.name);
    demands.put(crossing.ticket, again);
    carryOut(home, home.pool.submit(again, crossing.ticket, now), decisions, now);
  }
}
