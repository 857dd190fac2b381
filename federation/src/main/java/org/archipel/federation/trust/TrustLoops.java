package org.archipel.federation.trust;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.federation.trust.AnchorTalk.Line;
import org.archipel.federation.trust.AnchorTalk.News;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on by itself: one loop that waits for the anchor's changes, one that looks each quarter
 * of a second for what is due. Both go on after every failure. Thread-safe.
 */
final class TrustLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrustLoops.class);

  private static final Duration STEP = Duration.ofMillis(250);

  /** After a failure of the feed: within the 5 s in which a suspension has to arrive. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration LIST_EVERY = Duration.ofMinutes(5);
  private static final Duration MARKS_EVERY = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final String OWN_MARKS = "own marks";
  private static final String LIST = "list";
  private static final Duration KEYS_EVERY = Duration.ofSeconds(2);

  /** After news of an entity it may need a moment itself to show what it was given. */
  private static final Duration SECOND_LOOK = Duration.ofSeconds(4);

  /** How often an anchor that tells no changes is looked at. */
  private static final Duration UNTOLD = Duration.ofSeconds(5);

  private static final int AT_ONCE = 8;

  private final AnchorTalk talk;
  private final Follower follower;
  private final AnchorKeys anchorKeys;
  private final LiveTrust trust;
  private final Own own;
  private final Clock clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, Instant> secondLooks = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition step = lock.newCondition();
  private final AtomicBoolean ownKeysChanged = new AtomicBoolean(true);
  private volatile boolean ending;
  private volatile Optional<Instant> heard = Optional.empty();
  private volatile Instant marksDue = Instant.MIN;
  private volatile Instant listDue = Instant.MIN;
  private Instant keysDue = Instant.MIN;

  /** What concerns this site itself. */
  record Own(
      TrustOptions options,
      OwnStanding standing,
      Consortium consortium,
      OwnStatements statements,
      TrustCounters counters) {}

  TrustLoops(
      AnchorTalk talk,
      Follower follower,
      AnchorKeys anchorKeys,
      LiveTrust trust,
      Own own,
      Clock clock) {
    this.talk = talk;
    this.follower = follower;
    this.anchorKeys = anchorKeys;
    this.trust = trust;
    this.own = own;
    this.clock = clock;
  }

  void start() {
    threads.execute(this::followFeed);
    threads.execute(this::lookForWork);
  }

  Optional<Instant> anchorHeard() {
    return heard;
  }

  /** This site's keys or its consortium are others now. */
  void keysChanged() {
    ownKeysChanged.set(true);
  }

  // ---------------------------------------------------------------- the feed

  private void followFeed() {
    while (!ending) {
      boolean good = guarded("the anchor's changes", this::oneFeed);
      if (!good) {
        talk.forgetConfiguration();
        pause(PAUSE);
      }
    }
  }

  private void oneFeed() throws InterruptedException {
    if (!talk.tellsChanges()) {
      // Another program is the anchor: what is listed and what expires is all there is to know.
      heard = Optional.of(clock.instant());
      pause(UNTOLD);
      talk.forgetConfiguration();
      return;
    }
    News news = talk.changes(anchorKeys.lastChange());
    heard = Optional.of(clock.instant());
    boolean gap =
        !news.epoch().equals(anchorKeys.epoch())
            || anchorKeys.lastChange() < 0
            || news.last() < anchorKeys.lastChange();
    if (gap) {
      listDue = Instant.MIN;
      marksDue = Instant.MIN;
      trust.entries().forEach(known -> follower.soon(known.partner().entityId()));
      anchorKeys.followed(news.epoch(), news.last());
      return;
    }
    news.lines().forEach(this::carryOut);
    anchorKeys.followed(news.epoch(), news.upTo());
  }

  private void carryOut(Line line) {
    LOG.debug("the anchor says of {}: {}", line.entityId(), line.change());
    if (line.entityId().equals(own.options.anchor())) {
      talk.forgetConfiguration();
    }
    if (line.markType().isPresent()) {
      // The anchor may issue a type now that it did not before.
      talk.forgetConfiguration();
    }
    if (line.entityId().equals(own.options.entityId())) {
      talk.forgetConfiguration();
      marksDue = Instant.MIN;
      return;
    }
    follower.changed(line.entityId(), line.change(), line.markType());
    secondLooks.put(line.entityId(), clock.instant().plus(SECOND_LOOK));
  }

  // ---------------------------------------------------------------- what is due

  private void lookForWork() {
    while (!ending) {
      guarded("what is due", this::oneLook);
      pause(STEP);
    }
  }

  private void oneLook() throws InterruptedException {
    Instant now = clock.instant();
    secondLooks.forEach(
        (entity, at) -> {
          if (!at.isAfter(now) && secondLooks.remove(entity, at)) {
            follower.soon(entity);
          }
        });
    follower.expire();
    follower.due().forEach(this::begin);
    if (!now.isBefore(keysDue)) {
      keysDue = now.plus(KEYS_EVERY);
      background("own keys", this::tendKeys);
    }
    // Not while one runs: what came in meanwhile asks for another one.
    if (!now.isBefore(marksDue) && !underWay.contains(OWN_MARKS)) {
      marksDue = now.plus(MARKS_EVERY);
      background(OWN_MARKS, this::tendMarks);
    }
    if (!now.isBefore(listDue) && !underWay.contains(LIST)) {
      listDue = now.plus(LIST_EVERY);
      background(LIST, this::tendList);
    }
  }

  private void tendKeys() throws InterruptedException {
    if (ownKeysChanged.getAndSet(false)) {
      try {
        own.standing.handOver(talk, own.consortium, own.statements);
      } catch (DistrustException e) {
        // A site that is no member yet has nobody to tell; the rotation itself asks again.
        LOG.debug("the anchor does not take this site's keys: {}", e.getMessage());
      }
    }
    own.standing.rotate(talk, own.consortium, own.statements);
  }

  private void tendMarks() throws InterruptedException {
    try {
      own.standing.renewMarks(talk, own.statements);
    } catch (DistrustException e) {
      marksDue = clock.instant().plus(RETRY);
      throw e;
    }
  }

  private void tendList() throws InterruptedException {
    Set<String> listed;
    try {
      listed = talk.entities(trust.entries().stream().flatMap(k -> k.chain().stream()).toList());
    } catch (DistrustException e) {
      listDue = clock.instant().plus(RETRY);
      throw e;
    }
    listed.stream().filter(entity -> trust.entry(entity).isEmpty()).forEach(follower::soon);
  }

  private void begin(String entityId) {
    if (underWay.add(entityId)) {
      threads.execute(
          () -> {
            try {
              guarded(
                  entityId,
                  () -> {
                    places.acquire();
                    try {
                      follower.refresh(entityId);
                    } finally {
                      places.release();
                    }
                  });
            } finally {
              underWay.remove(entityId);
            }
          });
    }
  }

  private void background(String name, Work work) {
    if (underWay.add(name)) {
      threads.execute(
          () -> {
            try {
              guarded(name, work);
            } finally {
              underWay.remove(name);
            }
          });
    }
  }

  // ---------------------------------------------------------------- going on

  private interface Work {
    void run() throws InterruptedException;
  }

  /** Runs a step; whatever happens, the next one comes. */
  private boolean guarded(String what, Work work) {
    try {
      work.run();
      return true;
    } catch (DistrustException e) {
      own.counters.refused(e.reason());
      LOG.debug("{}: {}", what, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException e) {
      LOG.warn("{}: {}", what, e.getMessage());
    } catch (RuntimeException e) {
      if (!ending) {
        LOG.error("the federation failed at {}", what, e);
      }
    }
    return false;
  }

  private void pause(Duration time) {
    lock.lock();
    try {
      long nanos = time.toNanos();
      while (!ending && nanos > 0) {
        nanos = step.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ending = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    ending = true;
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("a loop of the federation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
