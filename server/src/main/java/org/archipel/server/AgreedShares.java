package org.archipel.server;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.Organizations;
import org.archipel.relay.RelayServer;
import org.archipel.scheduling.Share;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the relay each half second what shares the directory holds, so that an agreement counts
 * within a second. Both sides answer from memory.
 */
final class AgreedShares implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgreedShares.class);
  private static final long PAUSE_MILLIS = 500;

  private final Organizations organizations;
  private final RelayServer relay;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("agreed-shares").factory());

  private AgreedShares(Organizations organizations, RelayServer relay) {
    this.organizations = organizations;
    this.relay = relay;
  }

  /** Begins with what is agreed now. */
  static AgreedShares start(Organizations organizations, RelayServer relay) {
    AgreedShares shares = new AgreedShares(organizations, relay);
    shares.tell();
    var _ =
        shares.timer.scheduleWithFixedDelay(
            shares::tell, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return shares;
  }

  private void tell() {
    try {
      Map<String, Share> agreed = new HashMap<>();
      organizations.shares().forEach((name, share) -> agreed.put(name, new Share(share, 1)));
      relay.shares(agreed);
    } catch (RuntimeException e) {
      // The next time has to come, or agreements would never count again.
      LOG.error("agreed shares could not be told", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
