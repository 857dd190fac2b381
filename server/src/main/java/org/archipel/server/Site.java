package org.archipel.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.archipel.control.AccessParts;
import org.archipel.control.AdminToken;
import org.archipel.control.CapacityRooms;
import org.archipel.control.ConsoleParts;
import org.archipel.control.ControlOptions;
import org.archipel.control.ControlParts;
import org.archipel.control.ControlRooms;
import org.archipel.control.ControlServer;
import org.archipel.control.SiteCounts;
import org.archipel.control.SiteFacts;
import org.archipel.control.SiteState;
import org.archipel.control.catalog.Catalog;
import org.archipel.directory.ApprovalRule;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyRing;
import org.archipel.directory.OrganizationKind;
import org.archipel.directory.ShortLivedKeys;
import org.archipel.directory.access.SiteKey;
import org.archipel.directory.census.Census;
import org.archipel.engines.DiscoveryTarget;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.engines.RegistryOptions;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.ledger.Journal;
import org.archipel.ledger.LedgerOptions;
import org.archipel.ledger.RecordIds;
import org.archipel.ledger.UsageLedger;
import org.archipel.relay.RelayParts;
import org.archipel.relay.RelayServer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.server.config.Config;
import org.archipel.server.config.ModelConfig;
import org.archipel.server.config.ShownConfig;
import org.archipel.server.config.SiteConfig;
import org.archipel.server.federation.Federation;
import org.archipel.server.federation.PeerFeed;
import org.archipel.server.metrics.FederationMeters;
import org.archipel.server.metrics.SiteMetrics;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running site: the one place where every room is built and joined. Thread-safe.
 *
 * <p>Opens in this order: database, directory, ledger, engines, metrics, relay, control. A part
 * that fails closes those before it. Engines that are down do not stop a start.
 */
public final class Site implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);

  private final Config config;
  private final Rooms rooms;
  private final Closing closing;
  private final State state;

  private record Rooms(
      Directory directory,
      EngineRegistry engines,
      Optional<TrustRoom> trust,
      RelayServer relay,
      ControlServer control) {}

  private Site(Config config, Rooms rooms, Closing closing, State state) {
    this.config = config;
    this.rooms = rooms;
    this.closing = closing;
    this.state = state;
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

  /**
   * The engines' client reads the system's certificates, and Armeria is large: both are loaded
   * beside the rest, so that the API answers sooner.
   */
  private static Site open(Config config, DataFolder data, Clock clock, Closing closing) {
    State state = new State();
    SiteFacts facts = facts(config.site(), clock.instant());
    SecureRandom random = new SecureRandom();
    AdminToken token = new AdminToken(data.adminToken(random));
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<EngineRegistry> registry = beside.submit(() -> closing.add(registry(config, clock)));
      Database database = closing.add(Database.open(config.storage().url()));
      AuditLog audit = new AuditLog(database, clock);
      ApprovalRule rule = config.directory().rule();
      Directory directory = closing.add(new Directory(database, audit, clock, random, rule));
      SiteKey key = AccessRooms.key(data, random);
      AccessParts access =
          AccessRooms.open(
              new AccessRooms.Stored(database, audit), key, config.signIn(), clock, random);
      UsageLedger ledger = closing.add(ledger(config, database, directory, clock));
      closing.add(ledger.retain(config.ledger().retention()));
      QuotaRoom quotas = QuotaRoom.open(config, database, audit, ledger, clock, closing);
      EngineRegistry engines = done(registry);
      Catalog catalog =
          closing.add(new Catalog(database, audit, engines, models(config), key, clock));
      CapacityRooms capacity =
          new CapacityRooms(catalog, new Census(database, audit, clock, UUID::randomUUID));
      engines.start();
      ShortLivedKeys keys =
          new ShortLivedKeys(
              AccessRooms.callers(directory, access, clock), directory, clock, random);
      Optional<TrustRoom> trust =
          Federation.trust(
              config, new Federation.Stored(data.path(), database, audit), clock, random);
      trust.ifPresent(closing::add);
      Optional<Peers> peers =
          Federation.peers(
              config,
              trust,
              new Federation.Stored(data.path(), database, audit),
              ledger,
              new Federation.Offered(state::poolOffers, engines),
              new Federation.Times(clock, random, name -> kind(directory, name)));
      peers.ifPresent(closing::add);
      SiteMetrics.RoomMeters meters =
          new SiteMetrics.RoomMeters(quotas.meters(), new FederationMeters(trust, peers));
      SiteMetrics metrics = closing.add(metrics(facts, keys, engines, ledger, meters, state));
      state.journal = Optional.of(ledger.journal());
      state.metrics = Optional.of(metrics);
      ControlOptions control = ControlOptions.at(config.listen().control().resolve());
      ControlRooms controlled =
          new ControlRooms(
              database, audit, directory, ledger, engines, capacity, quotas.shown(), trust, peers);
      ControlParts parts =
          new ControlParts(
              controlled,
              access,
              facts,
              state,
              new ConsoleParts(keys, ShownConfig.of(config)),
              clock);
      Future<ControlServer> listener =
          beside.submit(() -> closing.add(ControlServer.start(control, token, parts)));
      RelayParts relayParts =
          new RelayParts(
              metrics.keys(),
              engines,
              ledger.journal(),
              new RecordIds(clock)::next,
              clock,
              metrics.requests(),
              ledger.prices(),
              quotas.gate(),
              Federation.routes(trust, peers),
              Federation.gate(config, trust, directory, key, clock));
      RelayServer relay = closing.add(relay(config, relayParts));
      closing.add(Agreements.start(directory, quotas.gate(), relay, contributions(peers), clock));
      state.relay = Optional.of(relay);
      peers.ifPresent(there -> closing.add(PeerFeed.start(there, engines, relay)));
      // Others may ask as soon as this site asks them.
      trust.ifPresent(TrustRoom::start);
      Rooms rooms = new Rooms(directory, engines, trust, relay, done(listener));
      return new Site(config, rooms, closing, state);
    }
  }

  private static UsageLedger ledger(
      Config config, Database database, Directory directory, Clock clock) {
    LedgerOptions strict = LedgerOptions.defaults().in(config.ledger().currency());
    LedgerOptions options =
        switch (config.ledger().durability()) {
          case STRICT -> strict;
          case RELAXED -> strict.relaxed();
        };
    return UsageLedger.open(
        config.storage().journal(), database, clock, options, name -> kind(directory, name));
  }

  private static Optional<String> kind(Directory directory, String organization) {
    return directory.organizations().kind(organization).map(OrganizationKind::word);
  }

  private static Supplier<Map<String, Double>> contributions(Optional<Peers> peers) {
    return () -> peers.map(Peers::contributions).orElse(Map.of());
  }

  private static SiteMetrics metrics(
      SiteFacts facts,
      KeyRing callers,
      EngineRegistry engines,
      UsageLedger ledger,
      SiteMetrics.RoomMeters meters,
      SiteMetrics.RelayState state) {
    SiteMetrics.Identity identity = new SiteMetrics.Identity(facts.version(), facts.id());
    return new SiteMetrics(identity, callers, engines, ledger, meters, state);
  }

  private static RelayServer relay(Config config, RelayParts parts) {
    try {
      return RelayServer.start(RelaySettings.of(config), parts);
    } catch (Exception e) {
      // Not only what is declared: Netty throws an IOException without saying so.
      throw new StartException(
          "cannot listen on %s: %s (expected: a free address of this machine; --api or listen.api)"
              .formatted(config.listen().api(), e.getMessage()),
          e);
    }
  }

  /** What was started beside; its failure is the start's. */
  private static <T> T done(Future<T> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new StartException("a part of the site did not start", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }

  private static EngineRegistry registry(Config config, Clock clock) {
    String owner = config.site().organization();
    return new EngineRegistry(
        models(config),
        config.engines().discover().stream().map(url -> DiscoveryTarget.of(url, owner)).toList(),
        clock,
        RegistryOptions.DEFAULTS);
  }

  private static List<ModelSpec> models(Config config) {
    return config.engines().models().stream().map(ModelConfig::spec).toList();
  }

  private static SiteFacts facts(SiteConfig site, Instant startedAt) {
    return new SiteFacts(
        site.id(), site.name(), site.organization(), site.labels(), Version.text(), startedAt);
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

  /** A link that opens the console, once; see {@link ControlServer#consoleLink}. */
  public Optional<URI> consoleLink() {
    return rooms.control.consoleLink();
  }

  /** The hot path, for those who tell it of other sites. */
  RelayServer relay() {
    return rooms.relay;
  }

  /** Who exists, and their keys. */
  public Directory directory() {
    return rooms.directory;
  }

  /** Whom it trusts; empty when it takes part in no federation. */
  public Optional<TrustRoom> trust() {
    return rooms.trust;
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
    if (state.ending.compareAndSet(false, true)) {
      rooms.relay.shutdown(config.limits().shutdown().grace());
      closing.close();
    }
  }

  /** What the control listener may ask at any time, also before the relay is there. */
  private static final class State implements SiteState, SiteMetrics.RelayState {
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile Optional<Journal> journal = Optional.empty();
    private volatile Optional<RelayServer> relay = Optional.empty();
    private volatile Optional<SiteMetrics> metrics = Optional.empty();

    @Override
    public boolean ready() {
      return relay.isPresent() && !ending.get() && journal.filter(Journal::healthy).isPresent();
    }

    @Override
    public InetSocketAddress api() {
      return relay
          .map(RelayServer::address)
          .orElse(InetSocketAddress.createUnresolved("starting", 0));
    }

    /** The room of the pools for visitors. */
    Map<String, PoolOffer> poolOffers() {
      return relay.map(RelayServer::poolOffers).orElse(Map.of());
    }

    @Override
    public Map<String, PoolSnapshot> pools() {
      return relay.map(RelayServer::pools).orElse(Map.of());
    }

    @Override
    public int retriesLeft() {
      return relay.map(RelayServer::retriesLeft).orElse(0);
    }

    @Override
    public SiteCounts counts() {
      return metrics.map(SiteMetrics::counts).orElse(SiteCounts.NONE);
    }

    @Override
    public int cutFrom(String engine) {
      return relay.map(server -> server.cutFrom(engine)).orElse(0);
    }

    @Override
    public byte[] metrics() {
      return metrics.map(SiteMetrics::scrape).orElse(new byte[0]);
    }
  }
}
