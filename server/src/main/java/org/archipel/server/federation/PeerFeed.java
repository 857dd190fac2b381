package org.archipel.server.federation;

import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.federation.peers.Peers;
import org.archipel.relay.RelayServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries what partners offer to the pools, twice a second. All sides answer from memory. */
public final class PeerFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerFeed.class);
  private static final long PAUSE_MILLIS = 500;

  private final Peers peers;
  private final ModelCatalog models;
  private final RelayServer relay;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("offers of peers").factory());

  private PeerFeed(Peers peers, ModelCatalog models, RelayServer relay) {
    this.peers = peers;
    this.models = models;
    this.relay = relay;
  }

  /** Begins to tell the pools. */
  public static PeerFeed start(Peers peers, ModelCatalog models, RelayServer relay) {
    PeerFeed feed = new PeerFeed(peers, models, relay);
    var _ = feed.timer.scheduleWithFixedDelay(feed::tell, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return feed;
  }

  private void tell() {
    try {
      for (ModelSpec model : models.models()) {
        relay.peerOffers(model.id(), peers.offers(model.id(), Set.copyOf(model.aliases())));
      }
    } catch (RuntimeException e) {
      // The next time has to come, or nothing would cross any more.
      LOG.error("offers of peers could not be told", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
