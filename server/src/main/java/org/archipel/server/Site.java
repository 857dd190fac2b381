package org.archipel.server;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.archipel.control.AdminToken;
import org.archipel.control.ControlOptions;
import org.archipel.control.ControlParts;
import org.archipel.control.ControlServer;
import org.archipel.control.SiteFacts;
import org.archipel.directory.Directory;
import org.archipel.engines.DiscoveryTarget;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.RegistryOptions;
import org.archipel.ledger.RecordIds;
import org.archipel.ledger.UsageLedger;
import org.archipel.relay.RelayParts;
import org.archipel.relay.RelayServer;
import org.archipel.server.config.Config;
import org.archipel.server.config.ModelConfig;
import org.archipel.server.config.SiteConfig;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running site: the one place where every room is built and joined. Thread-safe.
 *
 * <p>Opens in this order: database, directory, ledger, engines, relay, control. A part that fails
 * closes those before it. Engines that are down do not stop a start.
 */
public final class Site implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);

  private final Config config;
  private final Rooms rooms;
  private final Closing closing;
  private final AtomicBoolean ending;

  private record Rooms(
      Directory directory, EngineRegistry engines, RelayServer relay, ControlServer control) {}

  private Site(Config config, Rooms rooms, Closing closing, AtomicBoolean ending) {
    this.config = config;
    this.rooms = rooms;
    this.closing = closing;
    this.ending = ending;
  }

  /**
   * Starts a site in a folder whose lock the caller holds.
   *
   * @throws StartException when a part cannot start; nothing is left open then
   */
  public static Site start(Config config, DataFolder data, Clock clock) {
    Closing closing = new Closing();
    boolean started = false;
    try {
      Site site = open(config, data, clock, closing);
      started = true;
      return site;
    } catch (StartException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.debug("the start failed", e);
      throw new StartException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!started) {
        closing.close();
      }
    }
  }

  private static Site open(Config config, DataFolder data, Clock clock, Closing closing) {
    Instant startedAt = clock.instant();
    AtomicBoolean ending = new AtomicBoolean();
    SecureRandom random = new SecureRandom();
    Database database = closing.add(Database.open(config.storage().url()));
    Directory directory = closing.add(new Directory(database, clock, random));
    UsageLedger ledger = closing.add(UsageLedger.open(config.storage().journal(), database, clock));
    EngineRegistry engines = closing.add(registry(config, clock));
    engines.start();
    RelayServer relay =
        closing.add(
            RelayServer.start(
                RelaySettings.of(config),
                new RelayParts(
                    directory.keyRing(),
                    engines,
                    ledger.journal(),
                    new RecordIds(clock)::next,
                    clock)));
    ControlServer control =
        closing.add(
            ControlServer.start(
                ControlOptions.at(config.listen().control().resolve()),
                new AdminToken(data.adminToken(random)),
                new ControlParts(
                    directory,
                    ledger,
                    engines,
                    facts(config.site(), startedAt, relay.address()),
                    () -> !ending.get() && ledger.journal().healthy(),
                    clock)));
    config
        .federation()
        .ifPresent(
            anchor -> LOG.warn("federation.anchor {} is not used: this site serves alone", anchor));
    return new Site(config, new Rooms(directory, engines, relay, control), closing, ending);
  }

  private static EngineRegistry registry(Config config, Clock clock) {
    String owner = config.site().organization();
    return new EngineRegistry(
        config.engines().models().stream().map(ModelConfig::spec).toList(),
        config.engines().discover().stream().map(url -> DiscoveryTarget.of(url, owner)).toList(),
        clock,
        RegistryOptions.DEFAULTS);
  }

  private static SiteFacts facts(SiteConfig site, Instant startedAt, InetSocketAddress api) {
    return new SiteFacts(
        site.id(), site.name(), site.organization(), site.labels(), Version.text(), startedAt, api);
  }

  /** What it was started with. */
  public Config config() {
    return config;
  }

  /** Where the inference API listens. */
  public InetSocketAddress api() {
    return rooms.relay.address();
  }

  /** Where the control listener listens. */
  public InetSocketAddress control() {
    return rooms.control.address();
  }

  /** Who exists, and their keys. */
  public Directory directory() {
    return rooms.directory;
  }

  /** What is served, and how its engines are. */
  public ModelCatalog models() {
    return rooms.engines;
  }

  /** Waits until every engine was asked once, at most {@code limit}; false when that was short. */
  public boolean awaitFirstProbes(Duration limit) throws InterruptedException {
    return rooms.engines.awaitFirstProbes(limit);
  }

  /**
   * Takes no new requests, lets those that run end for at most {@code shutdown.grace}, and closes
   * everything. Calling it again does nothing.
   */
  @Override
  public void close() {
    if (ending.compareAndSet(false, true)) {
      rooms.relay.shutdown(config.limits().shutdown().grace());
      closing.close();
    }
  }
}
