package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.ServiceClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see: the pools as JSON, and the metrics by who asks. */
final class QueueAndMetricsTest {
  private static final PoolSnapshot POOL =
      new PoolSnapshot(
          0.83333,
          List.of(
              new FlowSnapshot(
                  new Flow("insa", "chat", ServiceClass.INTERACTIVE),
                  3,
                  1200.5,
                  2,
                  1_500_000_000L,
                  42)),
          List.of(
              new EngineSnapshot(
                  "gpu1",
                  "univ-rennes",
                  EngineSnapshot.State.BREAKER_OPEN,
                  2,
                  16,
                  4000,
                  0,
                  Double.NaN,
                  15000,
                  0.0184,
                  -1)),
          new PoolCounters(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  @Test
  void poolsAreShownWithTheirFlowsEnginesAndCounters() throws Exception {
    control.pools.put("mistral-small", POOL);
    control.pools.put("aya", new PoolSnapshot(0, List.of(), List.of(), POOL.counters()));
    JsonNode items = control.get("/api/v1/queue").path("items");

    assertThat(items.findValuesAsText("model")).containsExactly("aya", "mistral-small");
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"model":"mistral-small","saturation":0.833,"waiting":3,"running":2,
                 "oldest_wait_seconds":1.5,
                 "flows":[{"organization":"insa","project":"chat","class":"interactive",
                   "waiting":3,"waiting_cost":1200.5,"running":2,"oldest_wait_seconds":1.5,
                   "virtual_time_lag":42.0}],
                 "engines":[{"engine":"gpu1","owner":"univ-rennes","state":"breaker_open",
                   "running":2,"limit":16,"tokens":4000,"token_limit":0,
                   "prefill_tokens_per_second":15000.0,"inter_token_seconds":0.018}],
                 "counters":{"dispatched":1,"rejected_full":2,"rejected_predicted":3,"expired":4,
                   "no_engine":5,"withdrawn":6,"bypassed":7,"aging_promotions":8,
                   "locality_inversions":9,"pushbacks":10,"limit_increases":11,
                   "limit_decreases":12,"prefix_predicted_tokens":13,"prefix_actual_tokens":14,
                   "prompt_tokens":15,"no_credit":0}}
                """);
    assertThat(items.path(1)).isEqualTo(expected);
  }

  @Test
  void oneModelIsAskedForByItsIdOrAlias() throws Exception {
    control.pools.put("mistral-small", POOL);
    control.pools.put("aya", POOL);
    assertThat(control.get("/api/v1/queue?model=small").path("items").findValuesAsText("model"))
        .containsExactly("mistral-small");
    assertThat(control.call("GET", "/api/v1/queue?model=none", "").statusCode()).isEqualTo(404);
    assertThat(control.call("GET", "/api/v1/queue?modle=small", "").statusCode()).isEqualTo(400);
  }

  @Test
  void withoutPoolsTheListIsEmpty() throws Exception {
    assertThat(control.get("/api/v1/queue").path("items").isArray()).isTrue();
    assertThat(control.get("/api/v1/queue").path("items")).isEmpty();
  }

  @Test
  void metricsAreForThisMachineWithoutAToken() throws Exception {
    HttpResponse<String> got = control.send("GET", "/metrics", "");

    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(RunningControl.METRICS);
    assertThat(got.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(control.send("POST", "/metrics", "{}").statusCode()).isEqualTo(405);
  }

  @Test
  void aProxyOnThisMachineHasToShowTheToken() throws Exception {
    for (String header : List.of("forwarded", "x-forwarded-for", "x-real-ip")) {
      assertThat(control.send("GET", "/metrics", "", header, "for=10.0.0.9").statusCode())
          .as(header)
          .isEqualTo(401);
      assertThat(
              control
                  .send(
                      "GET",
                      "/metrics",
                      "",
                      header,
                      "for=10.0.0.9",
                      "authorization",
                      "Bearer " + RunningControl.TOKEN)
                  .statusCode())
          .as(header)
          .isEqualTo(200);
    }
  }

  @Test
  void metricsAreForOthersWithTheTokenOnly() throws Exception {
    Optional<InetAddress> outside = addressOfThisMachine();
    Assumptions.assumeTrue(outside.isPresent(), "this machine has a network");
    ControlOptions everywhere = ControlOptions.at(new InetSocketAddress(0));
    try (ControlServer open =
            ControlServer.start(everywhere, new AdminToken(RunningControl.TOKEN), control.parts);
        HttpClient http = HttpClient.newHttpClient()) {
      String url =
          "http://%s:%d/metrics"
              .formatted(outside.orElseThrow().getHostAddress(), open.address().getPort());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
      assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(401);
      request.header("authorization", "Bearer " + RunningControl.TOKEN);
      assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      http.shutdownNow();
    }
  }

  private static Optional<InetAddress> addressOfThisMachine() throws java.net.SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .findFirst();
  }
}
