package org.archipel.engines;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one URL, until it is stopped, on a virtual thread of its own. Its state changes only
 * in steps of the {@link CatalogKeeper}.
 */
final class EngineWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);

  /** One look at an engine: what it serves. Called by one thread. */
  interface Look {
    List<Served> look() throws EngineProblemException, InterruptedException;
  }

  /**
   * What is watched.
   *
   * @param number unique at the registry
   * @param name for logs
   * @param failuresBeforeDown failed looks in a row that take it down
   */
  record Subject(int number, String name, int failuresBeforeDown) {}

  private enum Health {
    UNKNOWN,
    UP,
    DOWN
  }

  private final Subject subject;
  private final Look look;
  private final Pace pace;
  private final CatalogKeeper keeper;
  private final Executor threads;
  private final CountDownLatch firstLook = new CountDownLatch(1);

  private final Semaphore wake = new Semaphore(0);
  private final AtomicBoolean takingDown = new AtomicBoolean();

  // Written in steps of the keeper only; the loop and unreachable() read them outside.
  private volatile Health health = Health.UNKNOWN;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger timesTakenDown = new AtomicInteger();

  // Written under the keeper's lock, so that no step of this watch comes after it.
  private volatile boolean stopped;
  private volatile @Nullable Thread thread;

  EngineWatch(Subject subject, Look look, Pace pace, CatalogKeeper keeper, Executor threads) {
    this.subject = subject;
    this.look = look;
    this.pace = pace;
    this.keeper = keeper;
    this.threads = threads;
  }

  /** Looks until interrupted or stopped. */
  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      if (!stopped) {
        lookOnce();
        firstLook.countDown();
      }
      while (!stopped) {
        rest();
        lookOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until the engine was looked at once or the watch was stopped; false when it took long.
   */
  boolean awaitFirstLook(long nanos) throws InterruptedException {
    return firstLook.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Ends the watch, whose engine is nobody's business any more. Under the keeper's lock. */
  void stop() {
    stopped = true;
    firstLook.countDown();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /** Takes the engine down soon, on another thread. Cheap, never blocks, may be called often. */
  void unreachable(String problem) {
    if (health != Health.UP || !takingDown.compareAndSet(false, true)) {
      return;
    }
    try {
      threads.execute(
          () -> {
            change((roster, now) -> takeDown(roster, problem, now));
            takingDown.set(false);
            wake.release();
          });
    } catch (RejectedExecutionException e) {
      // The registry is being closed.
      takingDown.set(false);
    }
  }

  private void rest() throws InterruptedException {
    wake.drainPermits();
    // Woken by a request that failed: what is left of a long pause becomes a short one.
    while (wake.tryAcquire(pause().toNanos(), TimeUnit.NANOSECONDS)) {
      wake.drainPermits();
    }
  }

  private Duration pause() {
    if (health != Health.UP) {
      return pace.whenDown();
    }
    return failures.get() == 0 ? pace.whenUp() : pace.toConfirm();
  }

  private void lookOnce() throws InterruptedException {
    int before = timesTakenDown.get();
    try {
      List<Served> served = look.look();
      // What was seen before a request failed says nothing of the time after.
      change(
          (roster, now) ->
              before == timesTakenDown.get() ? succeeded(roster, served, now) : List.of());
    } catch (EngineProblemException e) {
      change((roster, now) -> failed(roster, e.sentence(), now));
    } catch (RuntimeException e) {
      // Without the exception's message, which may quote what a secret is in.
      String problem = "the probe itself failed with " + e.getClass().getName();
      change((roster, now) -> failed(roster, problem, now));
    }
  }

  /** A step of the keeper, unless the watch was stopped before. */
  private void change(BiFunction<Roster, Instant, List<Change>> step) {
    keeper.change((roster, now) -> stopped ? List.of() : step.apply(roster, now));
  }

  private List<Change> succeeded(Roster roster, List<Served> served, Instant now) {
    boolean wasUp = health == Health.UP;
    if (wasUp) {
      pace.settled();
    }
    failures.set(0);
    health = Health.UP;
    List<Change> changes = roster.found(subject.number(), served, now);
    if (!wasUp) {
      LOG.info("Engine {} is up: {}", subject.name(), described(served));
    } else if (!changes.isEmpty()) {
      LOG.info("Engine {} has changed: {}", subject.name(), described(served));
    }
    return changes;
  }

  private List<Change> failed(Roster roster, String problem, Instant now) {
    int inARow = failures.incrementAndGet();
    if (health == Health.UP && inARow < subject.failuresBeforeDown()) {
      return List.of();
    }
    return goDown(roster, problem, now);
  }

  private List<Change> takeDown(Roster roster, String problem, Instant now) {
    if (health != Health.UP) {
      return List.of();
    }
    timesTakenDown.incrementAndGet();
    return goDown(roster, problem, now);
  }

  private List<Change> goDown(Roster roster, String problem, Instant now) {
    if (health != Health.DOWN) {
      health = Health.DOWN;
      LOG.warn("Engine {} is down: {}", subject.name(), problem);
    }
    return roster.lost(subject.number(), problem, now);
  }

  private static String described(List<Served> served) {
    if (served.isEmpty()) {
      return "it serves no model yet";
    }
    Served first = served.getFirst();
    String version = first.capabilities().version().map(v -> " " + v).orElse("");
    return first.engine().type().word()
        + version
        + ", serves "
        + ProblemWords.shown(served.stream().map(Served::model).toList());
  }
}
