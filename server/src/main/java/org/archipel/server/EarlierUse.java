package org.archipel.server;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.quota.Consumption;
import org.archipel.directory.quota.Quotas;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells quotas what earlier processes used. Usually the ledger knows at once; after an hour without
 * its store it may take longer than a start should wait, and is asked again.
 */
final class EarlierUse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierUse.class);
  private static final long PAUSE_SECONDS = 5;

  private final Quotas quotas;
  private final Consumption consumption;
  private final Instant began;
  private final ScheduledExecutorService thread;

  private EarlierUse(Quotas quotas, Consumption consumption, Instant began) {
    this.quotas = quotas;
    this.consumption = consumption;
    this.began = began;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("quota-consumption").factory());
  }

  /** Loads it before the first request, as far as the ledger knows. */
  static EarlierUse load(Quotas quotas, Consumption consumption, Clock clock) {
    EarlierUse use = new EarlierUse(quotas, consumption, clock.instant());
    // All that is recorded now is of earlier processes, whatever their clocks showed.
    if (!use.loaded(Optional.empty())) {
      LOG.warn("quotas do not know all of what was used before this start yet");
      use.later();
    }
    return use;
  }

  private void later() {
    var _ = thread.schedule(this::again, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  private void again() {
    if (loaded(Optional.of(began))) {
      LOG.info("quotas know what was used before this start");
    } else {
      later();
    }
  }

  private boolean loaded(Optional<Instant> until) {
    try {
      return quotas.load(consumption, until);
    } catch (StorageException e) {
      LOG.warn("the ledger does not tell quotas what was used: {}", e.getMessage());
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
