package org.archipel.directory.quota;

import static org.archipel.directory.quota.QuotaHarness.ORGANIZATION;
import static org.archipel.directory.quota.QuotaHarness.WHOLE;
import static org.archipel.directory.quota.QuotaHarness.caller;
import static org.archipel.directory.quota.QuotaHarness.project;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.archipel.directory.Directory;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventsTest {
  private static final String SECRET = "very-secret-words";

  /** What a webhook was told. */
  private record Told(String signature, String body) {}

  @TempDir Path folder;

  private final QuotaHarness site = new QuotaHarness();
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(204);
  private final AtomicInteger calls = new AtomicInteger();
  private HttpServer server;
  private Database database;
  private Optional<Events> events = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          String signature = exchange.getRequestHeaders().getFirst("x-archipel-signature");
          calls.incrementAndGet();
          if (status.get() < 300) {
            told.add(new Told(signature, new String(body, StandardCharsets.UTF_8)));
          }
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    server.start();
    database = Database.open(TestDatabase.url(folder));
    AuditLog audit = new AuditLog(database, site.hands);
    try (Directory directory =
        new Directory(database, audit, site.hands, new java.security.SecureRandom())) {
      directory.createOrganization(Actor.token(), ORGANIZATION);
    }
    Quotas made = new Quotas(database, audit, site.gate, site.hands);
    assertThat(made.list(Visible.EVERYTHING, PageRequest.FIRST).items()).isEmpty();
  }

  @AfterEach
  void close() {
    events.ifPresent(Events::close);
    server.stop(0);
    database.close();
  }

  private Webhook webhook() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    return new Webhook(URI.create(url), SECRET);
  }

  private Events start(QuotaGate gate, Webhook... webhooks) {
    events.ifPresent(Events::close);
    Events started =
        new Events(
            database,
            gate,
            new Events.Audience("rennes", List.of(webhooks)),
            site.hands,
            new Random(1));
    events = Optional.of(started);
    return started;
  }

  private void use(long tokens) {
    site.use(caller("chat", "anne"), tokens);
  }

  private static List<Event> all(Events events) {
    return events.list(Visible.EVERYTHING, PageRequest.FIRST).items();
  }

  @Test
  void webhookIsToldOfEachThresholdOnceWithASignature() {
    Events started = start(site.gate, webhook());
    site.gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 100));
    use(85);
    Awaitility.await().until(() -> told.size() == 1);
    use(15);
    Awaitility.await().until(() -> told.size() == 2);
    Told first = told.getFirst();
    assertThat(first.body())
        .contains(
            "\"type\":\"budget.warning\"",
            "\"site\":\"rennes\"",
            "\"organization\":\"univ-rennes\",\"project\":\"chat\"",
            "\"budget\":\"tokens_per_month\",\"period\":\"2026-03\",\"threshold\":80",
            "\"limit\":100,\"used\":85}")
        .doesNotContain(SECRET);
    long seconds = site.hands.millis() / 1000;
    assertThat(first.signature())
        .isEqualTo(WebhookCall.signature(webhook(), seconds, first.body()))
        .startsWith("t=" + seconds + ",v1=");
    assertThat(told.get(1).body()).contains("\"type\":\"budget.exhausted\"");
    assertThat(all(started))
        .extracting(Event::kind)
        .containsExactly("budget.exhausted", "budget.warning");
    assertThat(started.noticed()).isEqualTo(2);
  }

  @Test
  void signatureIsTheOneThatOthersCompute() {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
    assertThat(
            WebhookCall.signature(
                new Webhook(URI.create("http://h/"), "key"), 1_700_000_000, "{\"a\":1}"))
        .isEqualTo(
            "t=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
  }

  @Test
  void webhookThatFailsIsToldLaterAlsoAfterARestart() {
    status.set(500);
    start(site.gate, webhook());
    site.gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    use(90);
    Events first = events.orElseThrow();
    Awaitility.await().until(() -> first.failed() == 1);
    first.close();
    status.set(200);
    Events second = start(new QuotaHarness().gate, webhook());
    site.hands.pass(Duration.ofSeconds(2));
    Awaitility.await().until(() -> told.size() == 1);
    Awaitility.await().until(() -> second.delivered() == 1);
    site.hands.pass(Duration.ofHours(1));
    assertThat(new EventStore(database).due(site.hands.instant(), 10)).isEmpty();
  }

  @Test
  void sameWarningAfterARestartIsNotTold() {
    Events first = start(site.gate, webhook());
    site.gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    use(90);
    Awaitility.await().until(() -> first.delivered() == 1);
    assertThat(all(first)).hasSize(1);
    QuotaHarness after = new QuotaHarness();
    Events second = start(after.gate, webhook());
    after.gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    after.use(caller("chat", "anne"), 90);
    after.use(caller("chat", "anne"), 10);
    Awaitility.await().until(() -> told.size() == 2);
    assertThat(told.get(1).body()).contains("\"threshold\":100");
    assertThat(all(second)).hasSize(2);
  }

  @Test
  void webhookThatIsGoneIsForgotten() {
    status.set(500);
    Events first = start(site.gate, webhook());
    site.gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    use(90);
    Awaitility.await().until(() -> first.failed() == 1);
    site.hands.pass(Duration.ofHours(1));
    start(new QuotaHarness().gate, new Webhook(webhook().url().resolve("/other"), SECRET));
    EventStore store = new EventStore(database);
    Awaitility.await().until(() -> store.due(site.hands.instant(), 10).isEmpty());
    assertThat(calls.get()).isEqualTo(1);
  }

  @Test
  void pausesDoubleToTenMinutes() {
    assertThat(Events.pause(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Events.pause(3)).isEqualTo(Duration.ofSeconds(8));
    assertThat(Events.pause(60)).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void listIsBoundedAndGoesPageByPage() {
    Events started = start(site.gate);
    for (int limit = 100; limit < 105; limit++) {
      site.gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, limit));
      if (limit == 100) {
        use(100);
      } else {
        use(1);
      }
    }
    Awaitility.await().until(() -> started.noticed() == 10);
    Visible mine = new Visible(false, Set.of(ORGANIZATION), Set.of());
    Page<Event> first = started.list(mine, new PageRequest(Optional.empty(), 6));
    Page<Event> second = started.list(mine, new PageRequest(first.next(), 6));
    assertThat(first.items()).hasSize(6);
    assertThat(second.items()).hasSize(4).doesNotContainAnyElementsOf(first.items());
    assertThat(
            started.list(new Visible(false, Set.of("other"), Set.of()), PageRequest.FIRST).items())
        .isEmpty();
    new EventStore(database).prune(3);
    assertThat(all(started)).hasSize(3).isEqualTo(first.items().subList(0, 3));
  }
}
