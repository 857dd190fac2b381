package org.archipel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.archipel.simulator.Faults;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Requests that cross between two whole sites, started once: the last tests take them apart. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OverflowBetweenSitesTest {
  private static final String PLAIN =
      "{\"model\":\"simulated\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  private static final String STREAM = PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"");

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private TwoSites sites;

  private String key = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    sites =
        new TwoSites(
            folder,
            new SimulatedEngineOptions()
                .withRememberedRequests()
                .withTiming(new FixedTiming(Duration.ofMillis(10), Duration.ofMillis(5))));
    key = TwoSites.key(sites.rennes());
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    sites.close();
  }

  private HttpRequest.Builder asked(Site site, String body) {
    return HttpRequest.newBuilder(TwoSites.chat(site))
        .timeout(Duration.ofSeconds(30))
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> ask(String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        asked(sites.rennes(), body).header("authorization", "Bearer " + key);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> visit(String assertion) throws Exception {
    return http.send(
        asked(sites.lille(), PLAIN).header("x-archipel-assertion", assertion).build(),
        BodyHandlers.ofString());
  }

  @Test
  @Order(1)
  void aRequestOfOneSiteIsServedAtTheOther() throws Exception {
    sites.offer();
    HttpResponse<String> plain = ask(PLAIN);
    assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
    assertThat(plain.headers().firstValue("x-archipel-site")).contains("lille");
    sites.offer();
    HttpResponse<String> stream = ask(STREAM);
    assertThat(stream.headers().firstValue("x-archipel-site")).contains("lille");
    assertThat(stream.body()).contains("data: ").endsWith("data: [DONE]\n\n");
    assertThat(sites.engine().served()).hasSize(2);

    HttpResponse<String> local = ask(PLAIN, "x-archipel-routing", "local-only");
    assertThat(local.statusCode()).isEqualTo(503);
    HttpResponse<String> label = ask(PLAIN, "x-archipel-require", "secnumcloud");
    assertThat(label.statusCode()).isEqualTo(403);
    assertThat(sites.engine().served()).hasSize(2);
  }

  @Test
  @Order(3)
  void whoLeavesFreesTheOtherSitesEngine() throws Exception {
    sites.engine().defaultFault(Faults.parse("itl-ms=20,tokens=5000"));
    List<Long> millis = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      sites.offer();
      HttpRequest request =
          asked(sites.rennes(), STREAM).header("authorization", "Bearer " + key).build();
      try (HttpClient leaving = HttpClient.newHttpClient()) {
        InputStream in = leaving.send(request, BodyHandlers.ofInputStream()).body();
        assertThat(in.read()).isPositive();
        long left = System.nanoTime();
        in.close();
        leaving.shutdownNow();
        int wanted = round;
        await()
            .atMost(TwoSites.LIMIT)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> sites.engine().counters().cancelled() >= wanted);
        millis.add((System.nanoTime() - left) / 1_000_000);
      }
    }
    millis.sort(null);
    assertThat(millis.get(1)).as("%s", millis).isLessThanOrEqualTo(100);
  }

  @Test
  @Order(7)
  void aSiteThatIsGoneLosesNoRequestThatHadNotBegun() throws Exception {
    sites.offer();
    sites.lille().close();
    HttpResponse<String> got = ask(PLAIN, "x-archipel-deadline-ms", "800");
    assertThat(got.statusCode()).as(got.body()).isEqualTo(503);
    assertThat(got.headers().firstValue("x-archipel-site")).contains("rennes");
  }

  // ---------------------------------------------------------------- hostile

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .audience(TwoSites.trust(sites.lille()).identity().entityId())
        .jwtID(UUID.randomUUID().toString())
        .expirationTime(Date.from(Instant.now().plusSeconds(60)));
  }

  private void refused(String assertion, String reason) throws Exception {
    HttpResponse<String> got = visit(assertion);
    assertThat(got.statusCode()).as(got.body()).isEqualTo(401);
    assertThat(got.body()).contains("assertion_refused").contains(reason);
  }

  @Test
  @Order(2)
  void hostileAssertionsAreRefusedByName() throws Exception {
    int before = sites.engine().served().size();
    String typ = "archipel-assertion+jwt";
    refused("garbage", "malformed");
    refused("eyJhbGciOiJub25lIn0.e30.", "");
    String good =
        TwoSites.trust(sites.rennes()).identity().sign(typ, claims().claim("hop", 2).build());
    refused(good.substring(0, good.length() - 6) + "AAAAAA", "signature_invalid");
    refused(good, "second_hop");
    refused(good, "replayed");
    refused(
        TwoSites.trust(sites.rennes())
            .identity()
            .sign(typ, claims().audience("https://saclay.example").build()),
        "wrong_audience");
    refused(
        TwoSites.trust(sites.rennes())
            .identity()
            .sign(typ, claims().expirationTime(Date.from(Instant.now().minusSeconds(600))).build()),
        "expired");
    refused(
        TwoSites.trust(sites.rennes())
            .identity()
            .sign("archipel-advert+jwt", claims().claim("hop", 1).build()),
        "wrong_type");
    assertThat(sites.engine().served()).hasSize(before);
  }

  @Test
  @Order(5)
  void aSuspendedSiteIsOut() throws Exception {
    sites.engine().defaultFault(Faults.none());
    sites.offer();
    assertThat(ask(PLAIN).statusCode()).isEqualTo(200);
    String entity = TwoSites.trust(sites.lille()).identity().entityId();
    TwoSites.trust(sites.rennes())
        .consortium()
        .suspend(TwoSites.ACTOR, "lille", "a test", Optional.empty());
    await().atMost(Duration.ofSeconds(5)).until(() -> !TwoSites.trusts(sites.rennes(), entity));
    sites.offer();
    assertThat(ask(PLAIN, "x-archipel-deadline-ms", "800").statusCode()).isEqualTo(503);
    TwoSites.trust(sites.rennes()).consortium().resume(TwoSites.ACTOR, "lille", Optional.empty());
    await().atMost(TwoSites.LIMIT).until(() -> TwoSites.trusts(sites.rennes(), entity));
  }
}
