package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Other sites that offer something for a pool's model, and which of them is asked. Not thread-safe.
 */
final class PeerTable {
  /** Sites that are asked for one demand at most; then it waits here. */
  private static final int MOST_ASKED = 3;

  private final OverflowRules rules;
  private final SplittableRandom random;
  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private final List<Peer> offering = new ArrayList<>();
  private final List<Peer> eligible = new ArrayList<>();

  PeerTable(OverflowRules rules, SplittableRandom random) {
    this.rules = rules;
    this.random = random;
  }

  /** What all of them offer now. */
  void offers(List<PeerOffer> offers) {
    offering.clear();
    Set<String> seen = new HashSet<>();
    for (PeerOffer offer : offers) {
      if (seen.add(offer.site())) {
        Peer peer = peers.computeIfAbsent(offer.site(), _ -> new Peer(this, offer));
        peer.offers(offer);
        offering.add(peer);
      }
    }
    peers.values().removeIf(peer -> peer.running() == 0 && !seen.contains(peer.site()));
  }

  /** Whether any may be asked for anything now. */
  boolean anyOpen(long now) {
    for (int i = 0; i < offering.size(); i++) {
      if (open(offering.get(i), now)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any may take it, once it has room. */
  boolean anyFor(Waiting<?> waiting, long now) {
    for (int i = 0; i < offering.size(); i++) {
      Peer peer = offering.get(i);
      if (peer.fresh(rules.ttlNanos(), now) && mayTake(peer, waiting)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The site to send it to now, if there is one: the better of two that are drawn by their credits
   * among all that would serve it sooner, so that not everybody goes to the best one.
   *
   * @param here seconds that it would take here
   * @param gain seconds that must be gained
   */
  @Nullable Peer choose(Waiting<?> waiting, double here, double gain, long now) {
    ServiceClass asked = waiting.demand().flow().serviceClass();
    double left = (waiting.due() - now) / 1e9;
    eligible.clear();
    for (int i = 0; i < offering.size(); i++) {
      Peer peer = offering.get(i);
      if (open(peer, now) && mayTake(peer, waiting) && hasRoom(peer, waiting, asked)) {
        double there = peer.seconds(waiting, asked, rules.ttlNanos(), now);
        if (here - there > gain && there < left && !throttled(peer, now)) {
          eligible.add(peer);
        }
      }
    }
    Peer one = draw(asked);
    Peer other = draw(asked);
    if (one == null || other == null) {
      return one;
    }
    return worth(one, waiting, asked, now) <= worth(other, waiting, asked, now) ? one : other;
  }

  private boolean open(Peer peer, long now) {
    return peer.fresh(rules.ttlNanos(), now) && !peer.damped(now);
  }

  private static boolean mayTake(Peer peer, Waiting<?> waiting) {
    Reach reach = waiting.demand().reach();
    return !reach.visitor()
        && waiting.routing() != RoutingMode.LOCAL_ONLY
        && reach.refusedBy().size() < MOST_ASKED
        && !reach.refusedBy().contains(peer.site())
        && peer.has(reach.labels());
  }

  private static boolean hasRoom(Peer peer, Waiting<?> waiting, ServiceClass asked) {
    boolean idle = peer.offer().room().of(asked).expectedWaitNanos() == 0;
    // Nobody waits for it: so it does not go where somebody does.
    return peer.credits(asked) >= waiting.cost() && (asked != ServiceClass.BATCH || idle);
  }

  private boolean throttled(Peer peer, long now) {
    double share = peer.throttled(rules.throttle(), now);
    return share > 0 && random.nextDouble() < share;
  }

  /** Takes one out of those that are eligible, by their credits. */
  private @Nullable Peer draw(ServiceClass asked) {
    double all = 0;
    for (int i = 0; i < eligible.size(); i++) {
      all += eligible.get(i).credits(asked);
    }
    double chosen = eligible.size() > 1 ? random.nextDouble() * all : 0;
    for (int i = 0; i < eligible.size(); i++) {
      chosen -= eligible.get(i).credits(asked);
      if (chosen < 0 || i == eligible.size() - 1) {
        return eligible.remove(i);
      }
    }
    return null;
  }

  private double worth(Peer peer, Waiting<?> waiting, ServiceClass asked, long now) {
    return peer.seconds(waiting, asked, rules.ttlNanos(), now)
        + rules.secondsPerOwedMillion() * peer.offer().owedMicroCurrency() / 1e6;
  }

  int running() {
    int running = 0;
    for (Peer peer : peers.values()) {
      running += peer.running();
    }
    return running;
  }

  List<PeerSnapshot> snapshots(long now) {
    List<PeerSnapshot> shown = new ArrayList<>(peers.size());
    for (Peer peer : peers.values()) {
      shown.add(peer.snapshot(now));
    }
    return List.copyOf(shown);
  }
}
