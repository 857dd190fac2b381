package org.archipel.scheduling;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Another site as a pool sees it: what it offered, and what became of it. Not thread-safe. */
final class Peer {
  /** Half of what is known of its answers is forgotten in so long. */
  private static final double MEMORY_SECONDS = 120;

  /** Weight of the newest first token in the measure of how late they are. */
  private static final double LATENESS_WEIGHT = 0.1;

  private static final double MOST_LATENESS = 8;

  /** A clock that is read a moment later elsewhere is no sign of a forged age. */
  private static final long SKEW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PeerTable table;
  private final String site;
  private PeerOffer offer;
  private double spent;
  private long dampedUntil = Long.MIN_VALUE;
  private double requests;
  private double accepts;
  private long countedAt;
  private double lateness = 1;
  private long sent;
  private long accepted;
  private long refused;
  private long failed;
  private int running;

  Peer(PeerTable table, PeerOffer offer) {
    this.table = table;
    this.site = offer.site();
    this.offer = offer;
  }

  String site() {
    return site;
  }

  /** Whether it is one of that table's, also when it offers nothing any more. */
  boolean of(PeerTable whose) {
    return table == whose;
  }

  PeerOffer offer() {
    return offer;
  }

  /** It offers anew; what was sent on the former offer is in this one. */
  void offers(PeerOffer newest) {
    if (newest.receivedNanos() != offer.receivedNanos()) {
      spent = 0;
    }
    offer = newest;
  }

  boolean fresh(long ttl, long now) {
    long age = now - offer.receivedNanos();
    return age >= -SKEW_NANOS && age <= ttl;
  }

  boolean damped(long now) {
    return now < dampedUntil;
  }

  /** What is left of its offer, in normalized prompt tokens. */
  double credits(ServiceClass serviceClass) {
    return (double) offer.room().of(serviceClass).credits() - spent;
  }

  boolean has(Set<String> labels) {
    return offer.labels().containsAll(labels);
  }

  /**
   * Seconds until the first token and, weighted, the whole answer of a demand that is sent there
   * (T_s of scheduling.md §5.4); an old offer counts for less, and so does one that was not kept.
   */
  double seconds(Waiting<?> waiting, ServiceClass asked, long ttl, long now) {
    PoolOffer room = offer.room();
    double age = Math.max(0, now - offer.receivedNanos()) / (double) ttl;
    double decode =
        waiting.expectedCompletion()
            * (double) room.interTokenNanos()
            * Fitness.decodeWeight(asked);
    return firstToken(waiting, asked, age) * lateness + decode / 1e9;
  }

  private double firstToken(Waiting<?> waiting, ServiceClass asked, double age) {
    PoolOffer room = offer.room();
    double nanos = (double) room.of(asked).expectedWaitNanos() * (1 + age) + offer.roundTripNanos();
    return nanos / 1e9 + waiting.prompt() / room.prefillTokensPerSecond();
  }

  /** Nanoseconds to the first token, as it promises. */
  long promised(Waiting<?> waiting, ServiceClass asked) {
    return (long) (1e9 * firstToken(waiting, asked, 0)) + offer.room().interTokenNanos();
  }

  /**
   * The part of demands that are not sent, by what it took of those before (client-side throttling,
   * Google SRE book ch. 21).
   */
  double throttled(double factor, long now) {
    fade(now);
    return Math.max(0, (requests - factor * accepts) / (requests + 1));
  }

  // ---------------------------------------------------------------- what becomes of it

  void sent(double cost) {
    spent += cost;
    sent++;
    running++;
  }

  /** Its first token came. */
  void answered(PeerRun run) {
    double late = Math.clamp(run.lateness(), 1, MOST_LATENESS);
    lateness += LATENESS_WEIGHT * (late - lateness);
  }

  /** A run there is over. */
  void ended(PeerRun run, Outcome outcome, long damping, long now) {
    running--;
    switch (outcome) {
      case COMPLETED -> taken(now);
      case CANCELLED -> {
        if (run.hasFirstToken()) {
          taken(now);
        }
      }
      case PUSHED_BACK -> {
        refused++;
        left(damping, now);
      }
      case FAILED -> {
        failed++;
        if (run.hasFirstToken()) {
          taken(now);
        }
        left(damping, now);
      }
    }
  }

  private void taken(long now) {
    fade(now);
    accepted++;
    requests++;
    accepts++;
  }

  private void left(long damping, long now) {
    fade(now);
    requests++;
    dampedUntil = now + damping;
  }

  private void fade(long now) {
    double kept = Math.pow(0.5, (now - countedAt) / 1e9 / MEMORY_SECONDS);
    countedAt = now;
    requests *= kept;
    accepts *= kept;
  }

  int running() {
    return running;
  }

  PeerSnapshot snapshot(long now) {
    return new PeerSnapshot(
        site,
        sent,
        accepted,
        refused,
        failed,
        running,
        damped(now),
        Math.max(0, now - offer.receivedNanos()));
  }
}
