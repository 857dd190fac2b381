package org.archipel.control;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.archipel.control.census.CensusCount;
import org.archipel.directory.Directory;
import org.archipel.directory.Organizations;
import org.archipel.directory.access.SiteKey;
import org.archipel.ledger.UsageLedger;
import org.slf4j.LoggerFactory;

/**
 * The control listener: administration under {@code /api/v1} for whoever has the administrator's
 * token, {@code /metrics} also for the machine itself without it, {@code /health} for everybody who
 * reaches it. Every error is a problem (RFC 9457). Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final Server server;
  private final ExecutorService threads;
  private final AccessParts access;
  private final Running running;
  private final InetSocketAddress address;

  private ControlServer(
      Server server, ExecutorService threads, AccessParts access, Running running) {
    this.server = server;
    this.threads = threads;
    this.access = access;
    this.running = running;
    ServerPort port = server.activePort();
    if (port == null) {
      throw new IllegalStateException("the control listener started without a port");
    }
    this.address = port.localAddress();
  }

  /**
   * Binds and serves.
   *
   * @throws ControlException when the address cannot be bound
   */
  public static ControlServer start(ControlOptions options, AdminToken token, ControlParts parts) {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("control-", 0).factory());
    ServerBuilder builder =
        Server.builder()
            .http(options.bind())
            .workerGroup(new PromptLoops("control-loop"), true)
            .bossGroupFactory(_ -> new PromptLoops("control-accept"))
            .maxNumConnections(options.maxConnections())
            .maxRequestLength(options.maxRequestBytes())
            .requestTimeout(options.requestTimeout())
            .idleTimeout(options.idleTimeout())
            // close() waits for the handlers; more would be a second for every idle connection.
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
            .disableServerHeader();
    Json json = new Json();
    builder.errorHandler(new Failures(json));
    LiveFeed live =
        new LiveFeed(parts.state(), parts.rooms().catalog(), json, parts.clock(), threads);
    Running running =
        new Running(
            threads, live, new PlaygroundRoutes(parts.state(), parts.access(), parts.console()));
    addRoutes(builder, json, token, parts, running);
    new ConsoleRoutes(ConsoleFiles.find(), new SecureRandom()).addTo(builder);
    Server server = builder.build();
    try {
      server.start().join();
      return new ControlServer(server, threads, parts.access(), running);
    } catch (CompletionException e) {
      running.close();
      threads.close();
      throw new ControlException(
          "cannot listen on %s:%d: %s"
              .formatted(options.bind().getHostString(), options.bind().getPort(), reason(e)),
          e);
    }
  }

  /** What runs as long as the listener does. */
  private record Running(Executor threads, LiveFeed live, PlaygroundRoutes playground)
      implements AutoCloseable {
    @Override
    public void close() {
      live.close();
      playground.close();
    }
  }

  private static void addRoutes(
      ServerBuilder builder, Json json, AdminToken token, ControlParts parts, Running running) {
    ControlRooms rooms = parts.rooms();
    AccessParts access = parts.access();
    Cookies cookies = new Cookies(access.signIn().pages());
    Identities identities = new Identities(token, access.sessions(), access.persons(), cookies);
    RepeatedRequests repeated = new RepeatedRequests(rooms.database(), parts.clock());
    Routes routes = new Routes(builder, json, identities, repeated, running.threads);
    new SessionRoutes(access, cookies).addTo(routes);
    new SignInRoutes(access, cookies, parts.clock()).addTo(routes);
    new PersonRoutes(access.persons()).addTo(routes);
    directory(rooms, access.signIn().key(), parts.clock(), routes);
    new UsageRoutes(rooms.ledger(), parts.clock()).addTo(routes);
    new QuotaRoutes(rooms.quotas()).addTo(routes);
    new RequestRoutes(rooms.ledger(), parts.clock()).addTo(routes);
    new TariffRoutes(rooms.ledger(), parts.clock()).addTo(routes);
    new CorrectionRoutes(rooms.ledger()).addTo(routes);
    addAccounts(routes, parts, running.threads);
    addCapacity(routes, parts);
    new FederationRoutes(rooms.federation()).addTo(routes);
    new PeerRoutes(rooms.peers()).addTo(routes);
    new ConsortiumRoutes(rooms.federation()).addTo(routes);
    new QueueRoutes(parts.state(), rooms.catalog()).addTo(routes);
    new LiveRoutes(running.live, identities).addTo(routes);
    running.playground.addTo(routes);
    new SettingsRoutes(parts.console()).addTo(routes);
    new MetricsRoutes(parts.state()).addTo(routes);
    new SiteRoutes(parts.site(), parts.state(), parts.clock()).addTo(routes);
    OpenApi.addTo(routes, json, parts.site().version());
  }

  private static void directory(ControlRooms rooms, SiteKey siteKey, Clock clock, Routes routes) {
    Directory directory = rooms.directory();
    new OrganizationRoutes(directory.organizations()).addTo(routes);
    new ProjectRoutes(directory.projects()).addTo(routes);
    new KeyRoutes(directory.keys(), siteKey, clock).addTo(routes);
    new EntitlementRoutes(directory.entitlements(), clock).addTo(routes);
    new AccessRequestRoutes(directory.requests(), clock).addTo(routes);
    new AuditRoutes(rooms.audit(), clock).addTo(routes);
  }

  private static void addAccounts(Routes routes, ControlParts parts, Executor threads) {
    UsageLedger ledger = parts.rooms().ledger();
    Organizations organizations = parts.rooms().directory().organizations();
    new StatementRoutes(ledger.statements(), organizations, parts.site(), parts.clock())
        .addTo(routes);
    new ExportRoutes(ledger, organizations, parts.site(), parts.clock(), threads).addTo(routes);
  }

  private static void addCapacity(Routes routes, ControlParts parts) {
    ControlRooms rooms = parts.rooms();
    CapacityRooms capacity = rooms.capacity();
    CatalogViews views = new CatalogViews(rooms.catalog(), capacity.entries(), parts.state());
    new ModelRoutes(capacity.entries().models(), views).addTo(routes);
    new EngineRoutes(
            capacity.entries().engines(),
            views,
            parts.site().organization(),
            parts.state()::cutFrom)
        .addTo(routes);
    CensusCount count =
        new CensusCount(capacity.census(), rooms.catalog(), rooms.ledger(), parts.clock());
    new CensusRoutes(capacity.census(), count).addTo(routes);
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** Where it listens, with the port that the system chose when none was given. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * A link that signs the administrator in, once, within 15 minutes: for whoever starts the site.
   * Empty where a browser finds nothing: this build has no console, and nobody signs in.
   */
  public Optional<URI> consoleLink() {
    boolean console =
        ControlServer.class.getResource("/org/archipel/console/manifest.json") != null;
    if (!console && access.signIn().providers().isEmpty()) {
      return Optional.empty();
    }
    InetAddress ip = address.getAddress();
    String host = ip.isAnyLocalAddress() ? "127.0.0.1" : ip.getHostAddress();
    String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    return Optional.of(
        access.signIn().pages().at("/auth/once/" + access.links().draw(), authority));
  }

  /** Takes no more requests, and waits at most two seconds for those that run. */
  @Override
  public void close() {
    running.close();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
      server.stop().join();
    } catch (CompletionException e) {
      LoggerFactory.getLogger(ControlServer.class).warn("the control listener did not stop", e);
    } catch (InterruptedException e) {
      server.stop();
      Thread.currentThread().interrupt();
    }
  }
}
