package org.archipel.scheduling;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

  /** Time alone lets some run who could not before: after seconds, so that this is soon enough. */
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int number;
  private final String id;
  private final EngineGroup group;
  private final double wantedInterToken;
  private final ArrayDeque<Run> prefilling = new ArrayDeque<>();
  private final Breaker breaker = new Breaker();
  private EngineCapacity capacity;
  private Set<String> labels;
  private EngineSpeed promised;
  private SpeedEstimate speed;
  private final EngineBudget.Part part;
  private final EngineBudget budget;
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
  private int seenLimit;
  private double trust = 1;
  private int homecoming;
  private double runSeconds = FIRST_RUN_SECONDS;
  private int reportedWaiting;
  private long reportedAt = -1;
  private @Nullable Object reservedFor;
  private boolean kept;
  private long barrenAt = -1;
  private int barrenCeilings;
  private long increasesBefore;
  private long decreasesBefore;

  Engine(
      int number,
      EngineProfile profile,
      EngineBudget.Part part,
      EngineGroup group,
      SchedulingOptions options) {
    this.number = number;
    this.id = profile.engine();
    this.group = group;
    this.wantedInterToken = options.interTokenSeconds();
    this.capacity = profile.capacity();
    this.labels = profile.labels();
    this.promised = profile.speed();
    this.speed = new SpeedEstimate(profile.speed());
    this.part = part;
    this.budget = part.budget();
    this.adaptive = options.has(Feature.ADAPTIVE_LIMITS);
  }

  int number() {
    return number;
  }

  String id() {
    return id;
  }

  /** Whether it is known to be all that. */
  boolean has(Set<String> wanted) {
    return labels.containsAll(wanted);
  }

  EngineGroup group() {
    return group;
  }

  SpeedEstimate speed() {
    return speed;
  }

  /** What this pool has of the engine. */
  EngineBudget.Part part() {
    return part;
  }

  Breaker breaker() {
    return breaker;
  }

  boolean up() {
    return up;
  }

  /** Permits of this pool. */
  int running() {
    return running;
  }

  /** Requests that it works on, also those of other pools: what its batch is. */
  int batch() {
    return budget.running();
  }

  /** How many it may have at once, of all pools. */
  int limit() {
    return adaptive ? budget.limit() : budget.most();
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
    labels = profile.labels();
    cacheBlocks = cacheBlocks(capacity);
    part.cameUp(capacity, wantedInterToken, now);
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
      part.wentDown();
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
    return increasesBefore + part.increases();
  }

  /** Steps down of the limit, with those of predecessors. */
  long decreases() {
    return decreasesBefore + part.decreases();
  }

  void reported(EngineLoad load, long now) {
    reportedWaiting = load.waiting();
    reportedAt = now;
    part.reported(load);
  }

  // ---------------------------------------------------------------- room

  /** Whether anything at all may be started. */
  boolean hasRoom(long now) {
    return up && placesLeft() && breaker.closed(now) && (budget.running() == 0 || tokensLeft() > 0);
  }

  private boolean placesLeft() {
    return budget.running() < limit() && running < capacity.maxConcurrency();
  }

  private long tokensLeft() {
    return capacity.kvTokens() == 0 ? Long.MAX_VALUE : tokenLimit() - budget.tokens();
  }

  /** Whether so many tokens find room; one alone always does, or it would never run. */
  boolean holds(long demanded) {
    return budget.running() == 0 || tokensLeft() >= demanded;
  }

  /** Whether so many tokens could ever find room beside others. */
  boolean couldHold(long demanded) {
    return up && (capacity.kvTokens() == 0 || tokenLimit() >= demanded);
  }

  /** How many more of a usual size it could take. */
  double places(double usualTokens) {
    double free = Math.min(limit() - budget.running(), capacity.maxConcurrency() - running);
    return capacity.kvTokens() == 0
        ? free
        : Math.min(free, tokensLeft() / Math.max(1, usualTokens));
  }

  double saturation() {
    double requests = (double) budget.running() / Math.max(1, limit());
    double held =
        capacity.kvTokens() == 0 ? 0 : (double) budget.tokens() / Math.max(1, tokenLimit());
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
    barrenAt = kept == forOwner ? barrenAt : -1;
    kept = forOwner;
  }

  /**
   * Nobody who waits could be started there, with these ceilings: as long as nothing about it
   * changes it need not be asked again at once.
   */
  void barren(int ceilings, long now) {
    barrenCeilings = ceilings;
    barrenAt = now;
  }

  /** Whether it is worth asking again who could be started there. */
  boolean worthAsking(int ceilings, long now) {
    // One that is idle must not stay so for a moment longer than it has to.
    return running == 0
        || barrenAt < 0
        || (ceilings & ~barrenCeilings) != 0
        || now - barrenAt >= ASK_AGAIN_NANOS;
  }

  /** Time passed: cheap when it changes nothing, since all engines hear of it. */
  void pass(long now) {
    expirePrefills(now);
    part.step(now);
    // Other pools may have changed what is left; an open breaker may be due for a trial.
    boolean changed = budget.limit() != seenLimit || budget.running() != running;
    if (changed || breaker.open()) {
      refresh(now);
    }
  }

  /** Brings the lists and sums that depend on this engine up to date. */
  void refresh(long now) {
    double rate = up ? speed.prefillRate() : 0;
    double load = up ? rate * Math.min(1, saturation()) : 0;
    group.changed(rate - countedRate, load - countedLoad);
    countedRate = rate;
    countedLoad = load;
    barrenAt = -1;
    seenLimit = budget.limit();
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

  /** Takes a place for one that is to be started; false when another pool was quicker. */
  boolean claim(long now) {
    if (part.take(limit())) {
      return true;
    }
    refresh(now);
    return false;
  }

  /** A run for which a place was claimed is started. */
  void started(Run run, long now) {
    running++;
    tokens += run.reserved();
    part.holds(run.reserved());
    uncached += run.uncachedTokens();
    prefilling.add(run);
    breaker.started();
    refresh(now);
  }

  /** The prompt of a run is computed, or the run is over; false if that was taken for granted. */
  boolean prefilled(Run run) {
    if (!run.endPrefill()) {
      return false;
    }
    uncached -= run.uncachedTokens();
    barrenAt = -1;
    // Nearly always the first.
    prefilling.remove(run);
    return true;
  }

  /** Prompts of which no first token is told, as of answers that are not streamed. */
  private void expirePrefills(long now) {
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
      part.holds(by);
      refresh(now);
    }
  }

  void ended(Run run, long now) {
    running--;
    tokens -= run.reserved();
    part.holds(-run.reserved());
    part.giveBack();
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
    return budget.running() < limit() ? 0 : (homecoming + 1) * runSeconds / Math.max(1, limit());
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
