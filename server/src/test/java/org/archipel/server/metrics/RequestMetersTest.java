package org.archipel.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.archipel.scheduling.EngineSnapshot.State;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.ServiceClass;
import org.junit.jupiter.api.Test;

/** What is counted of requests, and that labels have an end. */
final class RequestMetersTest {
  private final RequestMeters meters = new RequestMeters(new LabelCap<>(LabelCap.USUAL));

  private void settled(Requests... requests) {
    for (Requests request : requests) {
      meters.settled(request.settled());
    }
  }

  private PrometheusText scrape() {
    return scrape(meters::writeTo);
  }

  private static PrometheusText scrape(Consumer<Scrape> writer) {
    try (Exposition exposition =
        new Exposition(
            () -> {
              Scrape scrape = new Scrape();
              writer.accept(scrape);
              return scrape;
            })) {
      return PrometheusText.read(new String(exposition.scrape(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void anEngineThatIsDrainedSaysSoWhileItIsUp() {
    FixedEngines engines = new FixedEngines("m", Map.of("one-drained", true, "two-drained", false));
    PrometheusText now =
        scrape(
            scrape ->
                new EngineMeters(new LabelCap<>(LabelCap.USUAL), engines)
                    .writeTo(scrape, Map.of()));
    assertThat(now.value("archipel_endpoint_state", "endpoint", "one-drained", "state", "draining"))
        .isOne();
    assertThat(now.value("archipel_endpoint_state", "endpoint", "two-drained", "state", "down"))
        .isOne();
  }

  @Test
  void eachRequestIsCountedOnceByHowItEnded() {
    settled(
        new Requests(),
        new Requests().cancelled(),
        new Requests().refused("queue_full"),
        new Requests().refused("predicted_wait_too_long"),
        new Requests().refused("queue_timeout"),
        new Requests().refused("no_engine_available"),
        new Requests().failed("engine_rejected"),
        new Requests().failed("engine_failed"),
        new Requests().unrecorded());
    PrometheusText now = scrape();

    for (RequestOutcome outcome : RequestOutcome.values()) {
      assertThat(now.value("archipel_requests_total", "outcome", outcome.word()))
          .as(outcome.word())
          .isEqualTo(outcome == RequestOutcome.FAILED ? 2 : 1);
      assertThat(now.value("archipel_queue_wait_seconds_count", "outcome", outcome.word()))
          .as(outcome.word())
          .isEqualTo(outcome == RequestOutcome.FAILED ? 2 : 1);
    }
  }

  @Test
  void aWaitEndsWithAnEngineOrWithTheRequest() {
    settled(
        new Requests().took(40, 50, 9000),
        new Requests().refused("queue_timeout").took(0, 0, 60_000));
    PrometheusText now = scrape();
    String wait = "archipel_queue_wait_seconds";

    assertThat(now.value(wait + "_sum", "outcome", "completed")).isEqualTo(0.04);
    assertThat(now.value(wait + "_sum", "outcome", "expired")).isEqualTo(60);
    assertThat(now.value(wait + "_bucket", "outcome", "completed", "le", "0.025")).isZero();
    assertThat(now.value(wait + "_bucket", "outcome", "completed", "le", "0.05")).isOne();
    assertThat(now.value(wait + "_bucket", "outcome", "completed", "le", "+Inf")).isOne();
    assertThat(now.value(wait + "_bucket", "outcome", "expired", "le", "60.0")).isOne();
  }

  @Test
  void streamsTellTheirFirstTokenAndTheirPace() {
    settled(
        new Requests().tokens(10, 0, 11).took(0, 20, 1100).streamedFrom(100),
        new Requests().tokens(10, 0, 1).took(0, 20, 300).streamedFrom(200),
        new Requests().tokens(10, 0, 500).took(0, 2000, 2000),
        new Requests().tokens(10, 0, 0).took(0, 30, 40).wholeFrom(30));
    PrometheusText now = scrape();

    assertThat(now.value("archipel_ttft_seconds_count")).isEqualTo(2);
    assertThat(now.value("archipel_ttft_seconds_sum")).isEqualTo(0.3);
    assertThat(now.value("archipel_inter_token_seconds_count")).isOne();
    assertThat(now.value("archipel_inter_token_seconds_sum")).isEqualTo(0.1);
    assertThat(now.value("archipel_e2e_seconds_count")).isEqualTo(4);
  }

  @Test
  void tokensCostAndRetriesAddUp() {
    settled(
        new Requests().tokens(100, 60, 5).attempts(2, 1),
        new Requests().tokens(7, 0, 0).attempts(3, 0));
    PrometheusText now = scrape();

    assertThat(now.value("archipel_tokens_total", "kind", "input")).isEqualTo(107);
    assertThat(now.value("archipel_tokens_total", "kind", "cached")).isEqualTo(60);
    assertThat(now.value("archipel_tokens_total", "kind", "output")).isEqualTo(5);
    assertThat(now.value("archipel_cost_units_total")).isEqualTo(40 + 6 + 20 + 7);
    assertThat(now.value("archipel_retries_total", "reason", "pushed_back")).isOne();
    assertThat(now.value("archipel_retries_total", "reason", "failed")).isEqualTo(2);
  }

  @Test
  void goodputIsWhatCameWithinTheDeadlineOfItsClass() {
    for (ServiceClass patience : ServiceClass.values()) {
      settled(
          new Requests().with(patience).streamedFrom(9_000).took(0, 1, 99_000),
          new Requests().with(patience).streamedFrom(59_000).took(0, 1, 99_000),
          new Requests().with(patience).streamedFrom(3_599_000).took(0, 1, 3_700_000),
          new Requests().with(patience).took(0, 9_500, 9_500),
          new Requests().with(patience).refused("queue_full"),
          new Requests().with(patience).failed("engine_failed").streamedFrom(10),
          new Requests().with(patience).cancelled().streamedFrom(10),
          // Not owed: wrong requests, and clients that left early.
          new Requests().with(patience).failed("engine_rejected"),
          new Requests().with(patience).cancelled().took(0, 0, 9_000));
    }
    PrometheusText now = scrape();

    assertThat(now.value("archipel_slo_total", "class", "interactive")).isEqualTo(7);
    assertThat(now.value("archipel_slo_attained_total", "class", "interactive")).isEqualTo(3);
    assertThat(now.value("archipel_slo_attained_total", "class", "standard")).isEqualTo(4);
    assertThat(now.value("archipel_slo_attained_total", "class", "batch")).isEqualTo(5);
  }

  @Test
  void histogramsGrowToTheirCount() {
    for (int millis = 1; millis < 4_000_000; millis += millis) {
      settled(new Requests().took(millis, millis, millis));
    }
    PrometheusText now = scrape();
    double last = 0;
    for (PrometheusText.Sample bucket : now.samples("archipel_e2e_seconds_bucket")) {
      assertThat(bucket.value()).isGreaterThanOrEqualTo(last);
      last = bucket.value();
    }
    assertThat(last).isEqualTo(now.value("archipel_e2e_seconds_count")).isEqualTo(22);
  }

  @Test
  void labelSetsBeyondTheCapAreCountedTogether() {
    RequestMeters small = new RequestMeters(new LabelCap<>(3));
    for (int i = 0; i < 50; i++) {
      for (int times = 0; times < 2; times++) {
        small.settled(new Requests().of("org-" + i).asking("model-" + i % 7).settled());
      }
    }
    PrometheusText now = scrape(small::writeTo);

    assertThat(now.samples("archipel_requests_total")).hasSize(4);
    assertThat(now.value("archipel_requests_total", "org", "org-2")).isEqualTo(2);
    assertThat(now.value("archipel_requests_total", "org", "other", "model", "other"))
        .isEqualTo(94);
  }

  @Test
  void flowsAndModelsBeyondTheCapAreToldTogether() {
    PoolMeters small = new PoolMeters(new LabelCap<>(2), new LabelCap<>(1));
    List<FlowSnapshot> flows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      flows.add(Pools.flow("org-" + i, "p", 1, i));
    }
    PrometheusText now =
        scrape(
            scrape ->
                small.writeTo(
                    scrape,
                    Map.of("a", Pools.pool(flows, List.of()), "b", Pools.pool(flows, List.of()))));

    assertThat(now.samples("archipel_queue_requests")).hasSize(3);
    assertThat(now.value("archipel_queue_requests", "org", "other")).isEqualTo(18);
    assertThat(now.value("archipel_queue_oldest_seconds", "org", "other")).isEqualTo(9);
    assertThat(now.samples("archipel_queue_bypass_total")).hasSize(2);
    assertThat(now.value("archipel_queue_bypass_total", "model", "other")).isEqualTo(107);
  }

  @Test
  void enginesBeyondTheCapAreToldTogether() {
    FixedEngines catalog =
        new FixedEngines("m", Map.of("a", true, "b", true, "c", true, "d", false));
    EngineMeters small = new EngineMeters(new LabelCap<>(1), catalog);
    PrometheusText now =
        scrape(
            scrape ->
                small.writeTo(
                    scrape,
                    Map.of(
                        "m",
                        Pools.pool(
                            List.of(),
                            List.of(
                                Pools.engine("a", State.UP),
                                Pools.engine("b", State.UP),
                                Pools.engine("c", State.UP))))));

    assertThat(now.samples("archipel_endpoint_limit")).hasSize(2);
    assertThat(now.value("archipel_endpoint_limit", "endpoint", "other")).isEqualTo(32);
    assertThat(now.value("archipel_endpoint_state", "endpoint", "other", "state", "up"))
        .isEqualTo(2);
    assertThat(now.value("archipel_endpoint_state", "endpoint", "other", "state", "down")).isOne();
  }

  @Test
  void hostileNamesStayInTheirLabels() {
    settled(new Requests().asking("a\"b\\c\nd{}=,é"));

    assertThat(
            scrape().samples("archipel_requests_total").stream()
                .map(sample -> sample.labels().get("model")))
        .containsExactly("a\\\"b\\\\c\\nd{}=,é");
  }

  @Test
  void nothingIsLostWhenManyLoopsCountAtOnce() throws Exception {
    List<Future<?>> loops = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int loop = 0; loop < 4; loop++) {
        loops.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 5_000; i++) {
                    settled(new Requests().of("org-" + i % 3).tokens(2, 1, 3).took(1, 2, 3));
                  }
                }));
      }
      for (Future<?> loop : loops) {
        loop.get();
      }
    }
    PrometheusText now = scrape();

    assertThat(
            now.samples("archipel_requests_total").stream()
                .mapToDouble(PrometheusText.Sample::value)
                .sum())
        .isEqualTo(20_000);
    assertThat(
            now.samples("archipel_e2e_seconds_count").stream()
                .mapToDouble(PrometheusText.Sample::value)
                .sum())
        .isEqualTo(20_000);
  }
}
