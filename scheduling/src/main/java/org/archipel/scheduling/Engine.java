package org.archipel.scheduling;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One engine as its pool sees it: what runs there, what it may take, how fast it is. Local
 * accounting is the truth; what the engine reports corrects limits only. Not thread-safe.
 */
final class Engine {
  /** The share of the KV cache that demands may be expected to fill (scheduling.md §5.3). */
  private static final double KV_SHARE = 0.95;

  /** Tokens of prompt cache of an engine that does not say. */
  private static final long ASSUMED_CACHE_TOKENS = 262_144;

  /** How long a run takes, until some were seen, and the weight of the newest. */
  private static final double FIRST_RUN_SECONDS = 5;

  private static final double RUN_WEIGHT = 0.05;

  /** Weight of the newest report in the trust in predicted cache hits. */
  private static final double TRUST_WEIGHT = 0.1;

  private final int number;
  private final String id;
  private final EngineGroup group;
  private final double wantedInterToken;
  private final ArrayDeque<Run> prefilling = new ArrayDeque<>();
  private final Breaker breaker = new Breaker();
  private EngineCapacity capacity;
  private EngineSpeed promised;
  private SpeedEstimate speed;
  private AdaptiveLimit limit;
  private boolean adaptive;
  private boolean up;
  private int running;
  private long tokens;
  private long uncached;
  private int openAt = -1;
  private double countedRate;
  private double countedLoad;
  private int touched;
  private int cacheBlocks;
  private double trust = 1;
  private int homecoming;
  private double runSeconds = FIRST_RUN_SECONDS;
  private int reportedWaiting;
  private long reportedAt = -1;
  private @Nullable Object reservedFor;
  private boolean kept;
  private long increasesBefore;
  private long decreasesBefore;

  Engine(
      int number, EngineProfile profile, EngineGroup group, SchedulingOptions options, long now) {
    this.number = number;
    this.id = profile.engine();
    this.group = group;
    this.wantedInterToken = options.interTokenSeconds();
    this.capacity = profile.capacity();
    this.promised = profile.speed();
    this.speed = new SpeedEstimate(profile.speed());
    this.limit = new AdaptiveLimit(capacity, wantedInterToken, now);
    this.adaptive = options.has(Feature.ADAPTIVE_LIMITS);
  }

  int number() {
    return number;
  }

  String id() {
    return id;
  }

  EngineGroup group() {
    return group;
  }

  SpeedEstimate speed() {
    return speed;
  }

  AdaptiveLimit adaptiveLimit() {
    return limit;
  }

  Breaker breaker() {
    return breaker;
  }

  boolean up() {
    return up;
  }

  int running() {
    return running;
  }

  int limit() {
    return adaptive ? limit.limit() : capacity.maxConcurrency();
  }

  int maxConcurrency() {
    return capacity.maxConcurrency();
  }

  long tokens() {
    return tokens;
  }

  /** Tokens that demands may be expected to hold; 0 when the engine does not say. */
  long tokenLimit() {
    return (long) (KV_SHARE * capacity.kvTokens());
  }

  /** Uncached prompt tokens on their way to a first token. */
  long uncached() {
    return uncached;
  }

  int reportedWaiting() {
    return reportedWaiting;
  }

  long reportedAt() {
    return reportedAt;
  }

  double trust() {
    return trust;
  }

  // ---------------------------------------------------------------- coming and going

  void cameUp(EngineProfile profile, long now) {
    if (!profile.speed().equals(promised)) {
      promised = profile.speed();
      speed = new SpeedEstimate(promised);
    }
    capacity = profile.capacity();
    cacheBlocks = cacheBlocks(capacity);
    limit.most(capacity.maxConcurrency());
    if (!up) {
      up = true;
      group.upChanged(1);
      breaker.reset(now);
      touched += cacheBlocks;
    }
    refresh(now);
  }

  void wentDown(long now) {
    if (up) {
      up = false;
      group.upChanged(-1);
      reservedFor = null;
    }
    refresh(now);
  }

  /**
   * Takes over the number of one that is gone. What that one had in its cache is not here; what was
   * counted there stays in the sums.
   */
  void succeeds(Engine before) {
    touched = before.touched;
    increasesBefore = before.increases();
    decreasesBefore = before.decreases();
  }

  /** Steps up of the limit, with those of predecessors. */
  long increases() {
    return increasesBefore + limit.increases();
  }

  /** Steps down of the limit, with those of predecessors. */
  long decreases() {
    return decreasesBefore + limit.decreases();
  }

  void reported(EngineLoad load, long now) {
    reportedWaiting = load.waiting();
    reportedAt = now;
    limit.reported(load);
  }

  // ---------------------------------------------------------------- room

  /** Whether anything at all may be started. */
  boolean hasRoom(long now) {
    return up && running < limit() && breaker.closed(now) && (running == 0 || tokensLeft() > 0);
  }

  private long tokensLeft() {
    return capacity.kvTokens() == 0 ? Long.MAX_VALUE : tokenLimit() - tokens;
  }

  /** Whether so many tokens find room; one alone always does, or it would never run. */
  boolean holds(long demanded) {
    return running == 0 || tokensLeft() >= demanded;
  }

  /** Whether so many tokens could ever find room beside others. */
  boolean couldHold(long demanded) {
    return up && (capacity.kvTokens() == 0 || tokenLimit() >= demanded);
  }

  double saturation() {
    double requests = (double) running / Math.max(1, limit());
    double held = capacity.kvTokens() == 0 ? 0 : (double) tokens / Math.max(1, tokenLimit());
    return Math.max(requests, held);
  }

  @Nullable Object reservedFor() {
    return reservedFor;
  }

  void reserve(@Nullable Object demand) {
    reservedFor = demand;
  }

  /** Adds itself to sums that were made anew. */
  void recount() {
    group.changed(countedRate, countedLoad);
  }

  /** Whether it is kept free of others' demands, for an owner who uses it. */
  boolean kept() {
    return kept;
  }

  void kept(boolean forOwner) {
    kept = forOwner;
  }

  /** Brings the lists and sums that depend on this engine up to date. */
  void refresh(long now) {
    double rate = up ? speed.prefillRate() : 0;
    double load = up ? rate * Math.min(1, saturation()) : 0;
    group.changed(rate - countedRate, load - countedLoad);
    countedRate = rate;
    countedLoad = load;
    boolean room = hasRoom(now);
    if (room && openAt < 0) {
      openAt = group.open().size();
      group.open().add(this);
    } else if (!room && openAt >= 0) {
      Engine last = group.open().removeLast();
      if (last != this) {
        group.open().set(openAt, last);
        last.openAt = openAt;
      }
      openAt = -1;
    }
  }

  // ---------------------------------------------------------------- runs

  void started(Run run, long now) {
    running++;
    tokens += run.reserved();
    uncached += run.uncachedTokens();
    prefilling.add(run);
    breaker.started();
    limit.running(running);
    refresh(now);
  }

  /** The prompt of a run is computed, or the run is over; false if that was taken for granted. */
  boolean prefilled(Run run) {
    if (!run.endPrefill()) {
      return false;
    }
    uncached -= run.uncachedTokens();
    // Nearly always the first.
    prefilling.remove(run);
    return true;
  }

  /** Prompts of which no first token is told, as of answers that are not streamed. */
  void expirePrefills(long now) {
    while (true) {
      Run first = prefilling.peek();
      if (first == null || first.prefillExpires() > now) {
        return;
      }
      prefilled(first);
    }
  }

  /** A run holds more tokens than expected. */
  void grew(long by, long now) {
    if (by > 0) {
      tokens += by;
      refresh(now);
    }
  }

  void ended(Run run, long now) {
    running--;
    limit.running(running);
    tokens -= run.reserved();
    prefilled(run);
    refresh(now);
  }

  /** A run to its end took so long. */
  void took(double seconds) {
    runSeconds += RUN_WEIGHT * (seconds - runSeconds);
  }

  /** So many demands more, or fewer, wait for this engine's cache. */
  void homecoming(int by) {
    homecoming += by;
  }

  /** Seconds until one more that waits for this engine's cache gets a place. */
  double placeIn() {
    return running < limit() ? 0 : (homecoming + 1) * runSeconds / Math.max(1, limit());
  }

  // ---------------------------------------------------------------- its prompt cache

  /** Counts a block as the one used last and returns its stamp. */
  int touch(boolean known) {
    // A block that was there is only renewed: it displaces no other.
    return known ? touched : ++touched;
  }

  /** Whether a block with that stamp is still likely to be in the cache. */
  boolean remembers(int stamp) {
    return up && touched - stamp < cacheBlocks;
  }

  private static int cacheBlocks(EngineCapacity capacity) {
    long held = capacity.kvTokens() == 0 ? ASSUMED_CACHE_TOKENS : capacity.kvTokens();
    return (int) Math.min(held / Prefix.BLOCK_TOKENS, 1 << 24);
  }

  /** The engine said what it found of what was predicted. */
  void cacheHit(long predicted, long actual) {
    double sample = Math.min(1.0, (double) actual / predicted);
    trust += TRUST_WEIGHT * (sample - trust);
  }
}
