package org.archipel.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.archipel.directory.Caller;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyRing;
import org.archipel.directory.quota.Demanded;
import org.archipel.directory.quota.Events;
import org.archipel.directory.quota.Limits;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.QuotaKind;
import org.archipel.directory.quota.QuotaScope;
import org.archipel.ledger.UsageLedger;
import org.archipel.scheduling.EngineSnapshot.State;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of a whole scrape, as Prometheus would read it. */
final class SiteMetricsTest {
  private static final Map<String, PoolSnapshot> POOLS =
      Map.of(
          "mistral-small",
          Pools.pool(
              List.of(Pools.flow("insa", "a", 3, 7), Pools.flow("insa", "b", 4, 5)),
              List.of(Pools.engine("gpu1", State.UP), Pools.engine("gpu2", State.BREAKER_OPEN))));

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private UsageLedger ledger;

  @SuppressWarnings("NullAway.Init")
  private SiteMetrics metrics;

  @SuppressWarnings("NullAway.Init")
  private Events events;

  @BeforeEach
  void start() {
    database = Database.open(TestDatabase.url(folder));
    ledger = UsageLedger.open(folder.resolve("journal"), database, Clock.systemUTC());
    KeyRing keys =
        key ->
            key.equals("ark-good")
                ? new KeyCheck.Accepted(new Caller("k", "insa", "p"))
                : KeyCheck.Rejected.UNKNOWN;
    QuotaGate quotas = new QuotaGate(Clock.systemUTC(), System::nanoTime);
    quotas.change(
        QuotaScope.organization("insa"), Limits.NONE.with(QuotaKind.CONCURRENT_REQUESTS, 0));
    quotas.reserve(new Caller("k", "insa", "p"), "m", new Demanded(1, 1, 0), 0);
    events =
        new Events(
            database,
            quotas,
            new Events.Audience("rennes", List.of()),
            Clock.systemUTC(),
            new Random(1));
    metrics =
        new SiteMetrics(
            new SiteMetrics.Identity("1.2.3", "rennes"),
            keys,
            new FixedEngines("mistral-small", Map.of("gpu1", true, "gpu2", true, "gpu3", false)),
            ledger,
            new SiteMetrics.RoomMeters(
                new QuotaMeters(quotas, events),
                new FederationMeters(Optional.empty(), Optional.empty())),
            new FixedRelay(POOLS, 7));
    metrics.requests().settled(new Requests().tokens(10, 4, 3).took(5, 50, 500).settled());
    metrics
        .requests()
        .settled(new Requests().tokens(10, 4, 11).took(5, 50, 1000).streamedFrom(100).settled());
    metrics.keys().check("ark-good");
    metrics.keys().check("ark-presented-by-a-stranger");
  }

  @AfterEach
  void stop() {
    metrics.close();
    events.close();
    ledger.close();
    database.close();
  }

  private String text() {
    return new String(metrics.scrape(), StandardCharsets.UTF_8);
  }

  private PrometheusText scrape() {
    return PrometheusText.read(text());
  }

  @Test
  void theSiteItsKeysAndItsLedgerAreTold() {
    PrometheusText now = scrape();

    assertThat(now.value("archipel_build_info", "version", "1.2.3", "site", "rennes")).isOne();
    assertThat(now.value("archipel_key_checks_total", "result", "accepted")).isOne();
    assertThat(now.value("archipel_key_checks_total", "result", "unknown")).isOne();
    assertThat(now.value("archipel_key_checks_total", "result", "revoked")).isZero();
    assertThat(now.value("archipel_journal_lag_records")).isZero();
    assertThat(now.value("archipel_journal_healthy")).isOne();
    assertThat(now.value("archipel_ledger_store_up")).isOne();
    String[] refusal = {"level", "organization", "reason", "concurrent_requests"};
    assertThat(now.value("archipel_quota_refusals_total", refusal)).isOne();
    assertThat(now.value("archipel_quota_reservations")).isZero();
    assertThat(now.types())
        .containsEntry("archipel_requests_total", "counter")
        .containsEntry("archipel_ttft_seconds", "histogram")
        .containsEntry("archipel_queue_requests", "gauge");
  }

  @Test
  void poolsAndEnginesAreToldAsTheyAre() {
    PrometheusText now = scrape();
    String[] insa = {"org", "insa", "class", "batch", "model", "mistral-small"};
    String[] gpu1 = {"model", "mistral-small", "endpoint", "gpu1"};

    assertThat(now.value("archipel_queue_requests", insa)).isEqualTo(7);
    assertThat(now.value("archipel_queue_cost_tokens", insa)).isEqualTo(703.5);
    assertThat(now.value("archipel_queue_oldest_seconds", insa)).isEqualTo(7);
    assertThat(now.value("archipel_running_requests", insa)).isEqualTo(4);
    assertThat(now.value("archipel_virtual_time_lag", "org", "insa")).isEqualTo(-3);
    assertThat(now.value("archipel_pool_saturation", "model", "mistral-small")).isEqualTo(0.75);
    assertThat(now.value("archipel_decisions_total", "outcome", "dispatched")).isEqualTo(101);
    assertThat(now.value("archipel_decisions_total", "outcome", "cancelled")).isEqualTo(106);
    assertThat(now.value("archipel_locality_inversions_total")).isZero();
    assertThat(now.value("archipel_limit_changes_total", "reason", "decrease")).isEqualTo(112);
    assertThat(now.value("archipel_endpoint_inflight", gpu1)).isEqualTo(3);
    assertThat(now.value("archipel_endpoint_limit", gpu1)).isEqualTo(16);
    assertThat(now.value("archipel_endpoint_prefill_rate", gpu1)).isEqualTo(15000);
    assertThat(now.value("archipel_endpoint_metrics_age_seconds", gpu1)).isEqualTo(1.5);
    assertThat(now.samples("archipel_endpoint_token_limit")).isEmpty();
  }

  @Test
  void fairnessAndForecastsAreTold() {
    PrometheusText now = scrape();
    String[] minute = {"model", "mistral-small", "window", "1m"};
    String[] quarter = {"model", "mistral-small", "window", "15m"};

    // Two that got 3 : 1 of equal shares: (1.5 + 0.5)² over 2 × (1.5² + 0.5²).
    assertThat(now.value("archipel_jain_index", minute)).isCloseTo(0.8, within(1e-9));
    assertThat(now.value("archipel_jain_index", quarter)).isOne();
    assertThat(now.value("archipel_service_share_ratio", "org", "insa", "window", "1m"))
        .isEqualTo(1.5);
    assertThat(now.value("archipel_max_service_gap_units")).isEqualTo(120);
    assertThat(now.value("archipel_service_gap_bound_units")).isEqualTo(4000);
    assertThat(now.value("archipel_predicted_wait_error_seconds_count")).isEqualTo(3);
    assertThat(now.value("archipel_predicted_wait_error_seconds_bucket", "le", "0.25"))
        .isEqualTo(2);
    assertThat(now.value("archipel_retry_budget_remaining")).isEqualTo(7);
  }

  @Test
  void anEngineIsInOneStateAlsoWhenItNeverCameUp() {
    PrometheusText now = scrape();
    Map<String, String> states =
        now.samples("archipel_endpoint_state").stream()
            .filter(sample -> sample.value() == 1)
            .collect(
                Collectors.toMap(s -> s.labels().get("endpoint"), s -> s.labels().get("state")));

    assertThat(states).isEqualTo(Map.of("gpu1", "up", "gpu2", "breaker_open", "gpu3", "down"));
    assertThat(now.samples("archipel_endpoint_state")).hasSize(12);
    assertThat(now.samples("archipel_endpoint_limit")).hasSize(2);
  }

  @Test
  void theProcessAndItsVirtualMachineAreToldToo() {
    assertThat(scrape().types().keySet())
        .contains(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_info",
            "process_cpu_usage",
            "process_uptime_seconds");
  }

  @Test
  void labelsAreBoundedAndNameNobody() {
    String text = text();
    Set<String> labels =
        PrometheusText.read(text).samples().stream()
            .filter(sample -> sample.name().startsWith("archipel_"))
            .flatMap(sample -> sample.labels().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(labels)
        .isSubsetOf(
            "org",
            "class",
            "model",
            "endpoint",
            "outcome",
            "kind",
            "reason",
            "state",
            "result",
            "level",
            "version",
            "site",
            "window",
            "le");
    assertThat(text)
        .doesNotContain("secret", "ark-", "request-of-a-person", "project", "rennes-", "/v1/");
  }

  @Test
  void aSecondScrapeTellsTheSameFamilies() {
    assertThat(scrape().types()).isEqualTo(scrape().types());
  }

  @Test
  void everyMetricIsDocumentedAndNoOtherIs() throws IOException {
    Set<String> told =
        scrape().types().keySet().stream()
            .filter(name -> name.startsWith("archipel_"))
            .collect(Collectors.toCollection(TreeSet::new));
    told.add("archipel_endpoint_token_limit");
    Matcher names =
        Pattern.compile("`(archipel_[a-z0-9_]+)")
            .matcher(Files.readString(Path.of("../docs/operation.md")));
    Set<String> documented =
        names.results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(told);
  }
}
