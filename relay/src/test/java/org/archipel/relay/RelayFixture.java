package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.archipel.directory.Caller;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyRing;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.quota.Limits;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.QuotaScope;
import org.archipel.directory.quota.QuotaStanding;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.FileJournal;
import org.archipel.ledger.Journal;
import org.archipel.ledger.JournalOptions;
import org.archipel.ledger.PriceList;
import org.archipel.ledger.RecordIds;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;

/**
 * A relay before scripted engines that serve the model {@code m}. When it is closed it makes sure
 * that nothing is left behind: no permit, no waiting request, no memory, no reservation.
 */
final class RelayFixture implements AutoCloseable {
  /** What a test may change before the relay starts. */
  static final class Builder {
    private final List<ScriptedEngine> engines;
    private RelayOptions.Builder options = optionsOf("rennes");
    private RelayLimits limits =
        new RelayLimits(64 * 1024 * 1024, 512L * 1024 * 1024, 32 * 1024, 100, 2, 1000);
    private RelayTimeouts timeouts = RelayTimeouts.DEFAULTS;
    private UnaryOperator<EngineSpec> specs = UnaryOperator.identity();
    private Optional<Journal> journal = Optional.empty();
    private List<ModelSpec> more = List.of();
    private Optional<RecordingPool> pool = Optional.empty();
    private PriceList prices = PriceList.empty();
    private KeyTerms terms = KeyTerms.DEFAULT;
    private final QuotaGate quotas = new QuotaGate(Clock.systemUTC(), System::nanoTime);
    private Grants grants = Grants.ALL;
    private Optional<KeyRing> keys = Optional.empty();
    private PeerGate peers = PeerGate.NONE;
    private SideRoutes side = SideRoutes.NONE;

    private Builder(List<ScriptedEngine> engines) {
      this.engines = engines;
    }

    private static RelayOptions.Builder optionsOf(String site) {
      return RelayOptions.of(site, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** The site's id, before other options. */
    Builder site(String id) {
      options = optionsOf(id);
      return this;
    }

    Builder options(Consumer<RelayOptions.Builder> change) {
      change.accept(options);
      return this;
    }

    Builder timeouts(UnaryOperator<RelayTimeouts> change) {
      timeouts = change.apply(timeouts);
      return this;
    }

    Builder limits(UnaryOperator<RelayLimits> change) {
      limits = change.apply(limits);
      return this;
    }

    Builder engines(UnaryOperator<EngineSpec> change) {
      specs = change;
      return this;
    }

    /** How many requests run at once on each engine. */
    Builder concurrency(int most) {
      return engines(spec -> Specs.concurrency(spec, most));
    }

    /** Takes this journal instead of one on the disk. */
    Builder journal(Journal other) {
      journal = Optional.of(other);
      return this;
    }

    Builder models(ModelSpec... others) {
      more = List.of(others);
      return this;
    }

    /** Takes this pool for every model. */
    Builder pool(RecordingPool recording) {
      pool = Optional.of(recording);
      return this;
    }

    /** What requests cost. */
    Builder prices(PriceList list) {
      prices = list;
      return this;
    }

    /** What is agreed with the good key. */
    Builder terms(KeyTerms agreed) {
      terms = agreed;
      return this;
    }

    /** How much the good key may use. */
    Builder quota(Limits limits) {
      quotas.change(QuotaScope.key("univ-a", "chat", "key-1"), limits);
      return this;
    }

    /** What the good key may do. */
    Builder grants(Grants allowed) {
      grants = allowed;
      return this;
    }

    /** Takes this for the good key and all others. */
    Builder keys(KeyRing ring) {
      keys = Optional.of(ring);
      return this;
    }

    /** The way to other sites and from them. */
    Builder peers(PeerGate gate) {
      peers = gate;
      return this;
    }

    /** What is answered beside the API. */
    Builder side(SideRoutes routes) {
      side = routes;
      return this;
    }

    RelayFixture start() {
      return new RelayFixture(this);
    }
  }

  private static final Map<String, KeyCheck> KEYS =
      Map.of(
          "ark-2-secret",
          KeyCheck.Rejected.REVOKED,
          "ark-3-secret",
          KeyCheck.Rejected.EXPIRED,
          "ark-4-secret",
          KeyCheck.Rejected.SUSPENDED,
          "ark-5-secret",
          KeyCheck.Rejected.ARCHIVED);

  private final List<ScriptedEngine> engines;
  private final FakeCatalog catalog;
  private final Optional<Path> folder;
  private final Optional<FileJournal> file;
  private final RecordingJournal journal;
  private final RelayServer server;
  private final QuotaGate quotas;
  private final List<RawClient> clients = new ArrayList<>();
  private final List<SettledRequest> settled = new CopyOnWriteArrayList<>();

  private RelayFixture(Builder builder) {
    engines = builder.engines;
    folder = builder.journal.isPresent() ? Optional.empty() : Optional.of(temporaryFolder());
    file = folder.map(f -> FileJournal.open(f, smallJournal()));
    journal = new RecordingJournal(builder.journal.orElseGet(() -> file.orElseThrow()));
    catalog = new FakeCatalog(models(builder));
    Caller caller =
        new Caller("key-1", "univ-a", "chat", builder.terms, Optional.empty(), builder.grants);
    KeyCheck good = new KeyCheck.Accepted(caller);
    KeyRing usual =
        key -> key.equals(RawClient.KEY) ? good : KEYS.getOrDefault(key, KeyCheck.Rejected.UNKNOWN);
    KeyRing keys = builder.keys.orElse(usual);
    RelayOptions options =
        builder.options.limits(builder.limits).timeouts(builder.timeouts).build();
    Clock clock = Clock.systemUTC();
    RelayParts parts =
        new RelayParts(
            keys,
            catalog,
            journal,
            new RecordIds(clock)::next,
            clock,
            settled::add,
            builder.prices,
            builder.quotas,
            builder.side,
            builder.peers);
    quotas = builder.quotas;
    server =
        builder.pool.isPresent()
            ? RelayServer.start(options, parts, _ -> builder.pool.get())
            : RelayServer.start(options, parts);
  }

  static Builder of(ScriptedEngine... engines) {
    return new Builder(List.of(engines));
  }

  static RelayFixture start(ScriptedEngine... engines) {
    return of(engines).start();
  }

  RelayServer server() {
    return server;
  }

  FakeCatalog catalog() {
    return catalog;
  }

  RecordingJournal journal() {
    return journal;
  }

  /** What the observer saw. */
  List<SettledRequest> settled() {
    return settled;
  }

  /** What the quota of the good key leaves. */
  QuotaStanding quota() {
    return quotas.standing(QuotaScope.key("univ-a", "chat", "key-1"));
  }

  /** The one record. */
  UsageRecord record() {
    return journal.only();
  }

  /** A new client, which is closed with the fixture. */
  RawClient client() throws IOException {
    return kept(new RawClient(server.address()));
  }

  /** A client for which the kernel takes little in. */
  RawClient slowClient() throws IOException {
    return kept(new RawClient(server.address(), 4096));
  }

  RawClient kept(RawClient client) {
    clients.add(client);
    return client;
  }

  @Override
  public void close() {
    clients.forEach(RawClient::close);
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(5))
          .untilAsserted(
              () -> {
                assertThat(server.waiting()).as("requests that wait").isZero();
                assertThat(server.running()).as("permits that are out").isZero();
                assertThat(server.bufferedBodyBytes()).as("memory for bodies").isZero();
                assertThat(quotas.open()).as("reservations that are held").isZero();
              });
    } finally {
      server.close();
      engines.forEach(ScriptedEngine::close);
      file.ifPresent(FileJournal::close);
      folder.ifPresent(RelayFixture::delete);
    }
  }

  private static List<ModelSpec> models(Builder builder) {
    List<EngineSpec> specs = new ArrayList<>();
    for (ScriptedEngine engine : builder.engines) {
      specs.add(builder.specs.apply(Specs.engine("e" + (specs.size() + 1), engine.url())));
    }
    List<ModelSpec> models = new ArrayList<>();
    models.add(new ModelSpec("m", List.of("nick"), ModelKind.CHAT, OptionalInt.of(4096), specs));
    models.addAll(builder.more);
    return models;
  }

  private static JournalOptions smallJournal() {
    return new JournalOptions(
        128 * 1024,
        1024 * 1024,
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofNanos(300_000));
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("archipel-relay-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Descriptions of engines. */
  static final class Specs {
    private Specs() {}

    static EngineSpec engine(String id, java.net.URI url) {
      return new EngineSpec(
          id,
          url,
          EngineType.VLLM,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "univ-a",
          Optional.empty(),
          32);
    }

    static EngineSpec concurrency(EngineSpec s, int most) {
      return new EngineSpec(
          s.id(),
          s.url(),
          s.type(),
          s.upstreamModel(),
          s.apiKey(),
          s.caCertificates(),
          s.owner(),
          s.hardware(),
          most);
    }

    static EngineSpec named(EngineSpec s, String upstreamModel) {
      return new EngineSpec(
          s.id(),
          s.url(),
          s.type(),
          Optional.of(upstreamModel),
          Optional.of("engine-key"),
          s.caCertificates(),
          s.owner(),
          s.hardware(),
          s.maxConcurrency());
    }

    static EngineSpec labelled(EngineSpec s, String label) {
      return new EngineSpec(
          s.id(),
          s.url(),
          s.type(),
          s.upstreamModel(),
          s.apiKey(),
          s.caCertificates(),
          s.owner(),
          s.hardware(),
          s.declaredConcurrency(),
          s.priorityScheduling(),
          Set.of(label));
    }

    static EngineSpec trusting(EngineSpec s, Path authorities) {
      return new EngineSpec(
          s.id(),
          s.url(),
          s.type(),
          s.upstreamModel(),
          s.apiKey(),
          Optional.of(authorities),
          s.owner(),
          s.hardware(),
          s.maxConcurrency());
    }
  }
}
