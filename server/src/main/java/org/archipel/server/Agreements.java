package org.archipel.server;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.archipel.directory.Directory;
import org.archipel.directory.quota.Limits;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.QuotaScope;
import org.archipel.relay.RelayServer;
import org.archipel.scheduling.Share;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what was agreed with organizations from the directory to where it counts, each half
 * second: shares to the pools, numbers of entitlements to the quotas. An entitlement that begins or
 * ends needs no other event. All sides answer from memory.
 */
final class Agreements implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agreements.class);
  private static final long PAUSE_MILLIS = 500;

  private final Directory directory;
  private final QuotaGate gate;
  private final RelayServer relay;
  private final Supplier<Map<String, Double>> contributions;
  private final Clock clock;
  private final Map<String, Limits> told = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("agreements").factory());

  private Agreements(
      Directory directory,
      QuotaGate gate,
      RelayServer relay,
      Supplier<Map<String, Double>> contributions,
      Clock clock) {
    this.directory = directory;
    this.gate = gate;
    this.relay = relay;
    this.contributions = contributions;
    this.clock = clock;
  }

  /**
   * Begins with what is agreed now.
   *
   * @param contributions what organizations of other sites gave over what they took, as factors
   */
  static Agreements start(
      Directory directory,
      QuotaGate gate,
      RelayServer relay,
      Supplier<Map<String, Double>> contributions,
      Clock clock) {
    Agreements agreements = new Agreements(directory, gate, relay, contributions, clock);
    agreements.tell();
    var _ =
        agreements.timer.scheduleWithFixedDelay(
            agreements::tell, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return agreements;
  }

  private void tell() {
    try {
      Map<String, Integer> shares = directory.organizations().shares();
      Map<String, Double> factors = contributions.get();
      Map<String, Share> agreed = new HashMap<>();
      factors.forEach((name, factor) -> agreed.put(name, new Share(1, factor)));
      shares.forEach(
          (name, share) -> agreed.put(name, new Share(share, factors.getOrDefault(name, 1.0))));
      relay.shares(agreed);
      shares.keySet().forEach(this::tellLimits);
    } catch (RuntimeException e) {
      // The next time has to come, or agreements would never count again.
      LOG.error("agreements could not be told", e);
    }
  }

  private void tellLimits(String organization) {
    Limits limits = Limits.agreed(directory.entitlements().limits(organization, clock.millis()));
    // A bucket that is told its size anew would forget what was taken from it.
    if (!limits.equals(told.getOrDefault(organization, Limits.NONE))) {
      gate.change(QuotaScope.entitlement(organization), limits);
      told.put(organization, limits);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
