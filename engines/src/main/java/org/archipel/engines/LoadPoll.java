package org.archipel.engines;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.archipel.scheduling.EngineLoad;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one engine for its load, from when it came up until it goes down. What it hears goes to the
 * listeners, for each of the engine's models; what it does not hear changes nothing: an engine is
 * used and healthy whether or not it tells (scheduling.md §5.2).
 */
final class LoadPoll implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadPoll.class);

  /** One poll, whatever it asks. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** Polls in a row without a load after which an engine counts as silent. */
  private static final int MISSES = 3;

  /** How much more seldom a silent engine is asked. */
  private static final int SELDOM = 5;

  private static final double JITTER = 0.2;

  private final EngineHttp http;
  private final CatalogKeeper keeper;
  private final LoadTally tally;
  private final Duration every;
  private final RandomGenerator random;
  private final Set<String> models = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile EngineSpec engine;

  private int misses;
  private boolean toldOnce;

  LoadPoll(
      EngineSpec engine,
      EngineHttp http,
      CatalogKeeper keeper,
      LoadTally tally,
      Duration every,
      RandomGenerator random) {
    this.engine = engine;
    this.http = http;
    this.keeper = keeper;
    this.tally = tally;
    this.every = every;
    this.random = random;
  }

  /** The engine serves this model too, or is reached otherwise. Under the keeper's lock. */
  void serves(String model, EngineSpec spec) {
    engine = spec;
    models.add(model);
  }

  /** Returns whether it still serves others; if not, this poll ends. Under the keeper's lock. */
  boolean stopsServing(String model) {
    models.remove(model);
    if (models.isEmpty()) {
      stop.countDown();
    }
    return !models.isEmpty();
  }

  @Override
  public void run() {
    try {
      // Engines that came up together are not asked together.
      Duration pause = times(random.nextDouble());
      while (!stop.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        poll();
        double factor = misses < MISSES ? 1 : SELDOM;
        pause = times(factor * random.nextDouble(1 - JITTER, 1 + JITTER));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration times(double factor) {
    return Duration.ofNanos((long) (every.toNanos() * factor));
  }

  private void poll() throws InterruptedException {
    EngineSpec asked = engine;
    switch (read(asked)) {
      case LoadReading.Told told -> told(asked, told.load());
      case LoadReading.Silence silence -> missed(asked, silence);
    }
  }

  private LoadReading read(EngineSpec asked) throws InterruptedException {
    try {
      EngineSession session = http.open(asked.url(), asked.apiKey(), asked.caCertificates(), LIMIT);
      return LoadDialect.of(asked.type()).orElseThrow().read(session);
    } catch (EngineProblemException e) {
      return LoadReading.Silence.of(e);
    } catch (RuntimeException e) {
      // Without the exception's message, which may quote what a secret is in.
      return new LoadReading.Silence(
          "cannot be asked: " + e.getClass().getName(), "this is a defect of Archipel");
    }
  }

  private void told(EngineSpec asked, EngineLoad load) {
    tally.told.increment();
    if (misses >= MISSES) {
      LOG.info("Engine {} at {} tells its load again", asked.id(), asked.url());
    }
    misses = 0;
    toldOnce = true;
    // A poll under way when its engine goes down is over with it: then no model is left.
    keeper.change(
        (roster, now) ->
            models.stream()
                .<Change>map(model -> new Change.Load(model, asked.id(), load))
                .toList());
  }

  private void missed(EngineSpec asked, LoadReading.Silence silence) {
    tally.missed.increment();
    misses = Math.min(misses + 1, MISSES + 1);
    if (misses != MISSES || stop.getCount() == 0) {
      return;
    }
    if (toldOnce) {
      tally.stopped.increment();
      LOG.warn(
          "Engine {} at {} stopped telling its load, and is used all the same: {}: {}",
          asked.id(),
          asked.url(),
          silence.problem(),
          silence.advice());
    } else {
      LOG.info(
          "Engine {} at {} does not tell its load, and is used all the same: {}: {}",
          asked.id(),
          asked.url(),
          silence.problem(),
          silence.advice());
    }
  }
}
