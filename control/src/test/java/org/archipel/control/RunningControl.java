package org.archipel.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.control.catalog.Catalog;
import org.archipel.control.oidc.Provider;
import org.archipel.directory.Directory;
import org.archipel.directory.ShortLivedKeys;
import org.archipel.directory.census.Census;
import org.archipel.directory.quota.Events;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.Quotas;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.RegistryOptions;
import org.archipel.ledger.UsageLedger;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;

/** A control listener on a free port with a real directory and ledger in a folder. */
final class RunningControl implements AutoCloseable {
  static final String TOKEN = "token-of-the-tests-0123456789";
  static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  static final String METRICS = "# TYPE archipel_é gauge\narchipel_é 1.0\n";

  final Map<String, PoolSnapshot> pools = new ConcurrentHashMap<>();
  final AtomicBoolean ready = new AtomicBoolean(true);
  final AtomicReference<InetSocketAddress> api =
      new AtomicReference<>(InetSocketAddress.createUnresolved("127.0.0.1", 8080));
  final AtomicReference<SiteCounts> counts = new AtomicReference<>(SiteCounts.NONE);
  final Database database;
  final Directory directory;
  final UsageLedger ledger;
  final TestAccess access;
  final EngineRegistry registry;
  final Catalog entries;
  final ControlParts parts;
  final QuotaGate quotas;
  final Events events;
  final ControlServer server;
  final TrustFixture trust;
  final PeerFixture peers;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RunningControl(Path folder, ModelCatalog catalog) {
    this(folder, Optional.of(catalog), Clock.fixed(NOW, ZoneOffset.UTC), List.of());
  }

  RunningControl(Path folder, ModelCatalog catalog, Clock clock, List<Provider> providers) {
    this(folder, Optional.of(catalog), clock, providers);
  }

  /** A site whose models and engines are those that are added. */
  RunningControl(Path folder) {
    this(folder, Optional.empty(), Clock.fixed(NOW, ZoneOffset.UTC), List.of());
  }

  private RunningControl(
      Path folder, Optional<ModelCatalog> catalog, Clock clock, List<Provider> providers) {
    database = Database.open(TestDatabase.url(folder));
    AuditLog audit = new AuditLog(database, clock);
    SecureRandom random = new SecureRandom();
    directory = new Directory(database, audit, clock, random);
    access = new TestAccess(database, audit, clock, providers);
    registry =
        new EngineRegistry(List.of(), List.of(), Clock.systemUTC(), RegistryOptions.DEFAULTS);
    entries = new Catalog(database, audit, registry, List.of(), access.key, clock);
    registry.start();
    ledger = UsageLedger.open(folder.resolve("journal"), database, clock);
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ControlOptions options =
        new ControlOptions(free, 4096, Duration.ofSeconds(10), Duration.ofSeconds(10), 32);
    SiteFacts site =
        new SiteFacts(
            "rennes",
            "Université",
            "univ-rennes",
            List.of("eskemm-data"),
            "1.2.3",
            NOW.minusSeconds(90));
    quotas = new QuotaGate(clock, System::nanoTime);
    QuotaRooms limits =
        new QuotaRooms(
            new Quotas(database, audit, quotas, clock),
            new Events(
                database,
                quotas,
                new Events.Audience("rennes", List.of()),
                clock,
                new SecureRandom()));
    events = limits.events();
    trust = new TrustFixture(folder, database, audit, clock);
    peers = new PeerFixture(trust.room().identity(), database, audit, ledger);
    ControlRooms rooms =
        new ControlRooms(
            database,
            audit,
            directory,
            ledger,
            catalog.orElse(registry),
            new CapacityRooms(entries, new Census(database, audit, clock, UUID::randomUUID)),
            limits,
            Optional.of(trust.room()),
            Optional.of(peers.peers()));
    ConsoleParts console =
        new ConsoleParts(
            new ShortLivedKeys(directory.keyRing(), directory, clock, random),
            List.of(new Setting("listen.api", "0.0.0.0:8080", true)));
    parts = new ControlParts(rooms, access.parts, site, state(), console, clock);
    server = ControlServer.start(options, new AdminToken(TOKEN), parts);
  }

  private SiteState state() {
    return new SiteState() {
      @Override
      public boolean ready() {
        return ready.get();
      }

      @Override
      public Map<String, PoolSnapshot> pools() {
        return pools;
      }

      @Override
      public SiteCounts counts() {
        return counts.get();
      }

      @Override
      public int cutFrom(String engine) {
        return engine.length();
      }

      @Override
      public byte[] metrics() {
        return METRICS.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public InetSocketAddress api() {
        return api.get();
      }
    };
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** As the administrator. */
  HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(method, path, body, "authorization", "Bearer " + TOKEN);
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return json.readTree(call("GET", path, "").body());
  }

  JsonNode parse(HttpResponse<String> response) throws IOException {
    return json.readTree(response.body());
  }

  @Override
  public void close() {
    server.close();
    peers.close();
    trust.close();
    entries.close();
    registry.close();
    events.close();
    ledger.close();
    directory.close();
    database.close();
    http.shutdownNow();
  }
}
