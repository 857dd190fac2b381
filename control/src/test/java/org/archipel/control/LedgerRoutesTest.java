package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tariffs, corrections and usage over HTTP. */
final class LedgerRoutesTest {
  private static final UUID RECORD = UUID.fromString("01990000-0000-7000-8000-000000000001");

  @TempDir Path folder;
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder, new FixedCatalog());
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private JsonNode post(String path, String body, int status) throws Exception {
    HttpResponse<String> got = control.call("POST", path, body);
    assertThat(got.statusCode()).as("%s %s: %s", path, body, got.body()).isEqualTo(status);
    return control.parse(got);
  }

  private static UsageRecord record(UUID id, String organization, String model, Instant at) {
    return new UsageRecord(
        id,
        at,
        "my-request",
        "rennes",
        new UsageRecord.Charged(organization, "chat", "key-" + organization),
        model,
        Optional.of(new UsageRecord.Place("gpu1", "univ-rennes")),
        "/v1/chat/completions",
        false,
        UsageOutcome.COMPLETED,
        200,
        Optional.empty(),
        new UsageRecord.Tokens(1000, 200, 50, false),
        new UsageRecord.Timing(1500, 2000, 900_000),
        1,
        1,
        1,
        "interactive",
        Optional.of("p-1"),
        0,
        800_000,
        Optional.empty());
  }

  private void used(UsageRecord... records) {
    for (UsageRecord record : records) {
      control.ledger.journal().append(record);
    }
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              control.ledger.catchUp(Duration.ofSeconds(5));
              return control.get("/api/v1/usage").at("/items/0/requests").asInt() == records.length;
            });
  }

  @Test
  void tariffsAreAddedShownAndEnded() throws Exception {
    JsonNode added =
        post(
            "/api/v1/tariffs",
            "{\"model\":\"m\",\"class\":\"batch\",\"prompt\":2000000,\"completion\":5000000,"
                + "\"valid_from\":\"2026-01-01\"}",
            201);
    assertThat(added.path("cached").asLong()).isEqualTo(2_000_000);
    assertThat(added.path("currency").asText()).isEqualTo("EUR");
    String one = "/api/v1/tariffs/" + added.path("id").asText();
    HttpResponse<String> shown = control.call("GET", one, "");
    assertThat(control.parse(shown)).isEqualTo(added);
    assertThat(shown.headers().firstValue("etag")).contains("\"1\"");

    String again = "{\"model\":\"m\",\"class\":\"batch\",\"prompt\":1}";
    assertThat(post("/api/v1/tariffs", again, 409).path("detail").asText())
        .contains(added.path("id").asText());
    JsonNode ended = post(one + "/end", "{\"at\":\"2026-06-01\"}", 200);
    assertThat(ended.path("valid_until").asText()).isEqualTo("2026-06-01T00:00:00Z");
    post("/api/v1/tariffs", again, 201);
    assertThat(control.get("/api/v1/tariffs").path("items")).hasSize(2);
    HttpResponse<String> stale =
        control.send(
            "POST",
            one + "/end",
            "{}",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "if-match",
            "\"1\"");
    assertThat(stale.statusCode()).isEqualTo(412);
  }

  @Test
  void wrongTariffsAreRefusedWithTheFieldThatIsWrong() throws Exception {
    for (List<String> wrong :
        List.of(
            List.of("{\"prompt\":-1}", "prompt"),
            List.of("{\"prompt\":1000000000001}", "prompt"),
            List.of("{\"prompt\":1.5}", "prompt"),
            List.of("{\"class\":\"urgent\"}", "class"),
            List.of("{\"organization\":\"a\",\"organization_kind\":\"b\"}", "organization_kind"),
            List.of("{\"valid_from\":\"+999999999-01-01T00:00:00Z\"}", "valid_from"),
            List.of(
                "{\"valid_from\":\"2026-02-01\",\"valid_until\":\"2026-01-01\"}", "valid_until"),
            List.of("{\"currency\":\"USD\"}", "unknown field"))) {
      JsonNode problem = post("/api/v1/tariffs", wrong.get(0), 400);
      assertThat(problem.path("detail").asText()).contains(wrong.get(1));
    }
    post("/api/v1/tariffs/none/end", "{}", 404);
    assertThat(control.get("/api/v1/tariffs").path("items")).isEmpty();
  }

  @Test
  void repricingGoesOnWhereItStoppedAndIsExplainedWithTheRequest() throws Exception {
    Instant at = RunningControl.NOW.minusSeconds(3600);
    used(record(RECORD, "insa", "m", at), record(new UUID(7, 8), "ubo", "m", at));
    post("/api/v1/tariffs", "{\"prompt\":2000000,\"valid_from\":\"2026-01-01\"}", 201);
    String rest = "{\"since\":\"2026-01-01\",\"limit\":1";
    JsonNode first = post("/api/v1/repricing", rest + "}", 200);
    assertThat(first.path("corrections").asInt()).isEqualTo(1);
    String after = ",\"after\":\"" + first.path("next").asText() + "\"}";
    JsonNode second = post("/api/v1/repricing", rest + after, 200);
    assertThat(second.at("/micro_currency/EUR").asLong()).isEqualTo(2000);
    assertThat(post("/api/v1/repricing", "{\"since\":\"2026-01-01\"}", 200).path("corrections"))
        .hasToString("0");

    JsonNode request = control.get("/api/v1/usage/requests/" + RECORD).at("/items/0");
    assertThat(request.path("cost").decimalValue()).isEqualByComparingTo("0.002");
    assertThat(request.path("engine_seconds").decimalValue()).isEqualByComparingTo("0.8");
    assertThat(request.path("queued_seconds").decimalValue()).isEqualByComparingTo("0.0015");
    assertThat(request.at("/corrections/0/kind").asText()).isEqualTo("repricing");
    assertThat(control.get("/api/v1/usage/requests/my-request?since=2h").path("items")).hasSize(2);
    assertThat(control.call("GET", "/api/v1/usage/requests/my-request?since=10m", "").statusCode())
        .isEqualTo(404);
    assertThat(control.get("/api/v1/usage").at("/items/0/cost").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.004"));
  }

  @Test
  void correctionsAreMadeWithAReasonAndListed() throws Exception {
    used(record(RECORD, "insa", "m", RunningControl.NOW.minusSeconds(60)));
    String of = "{\"record\":\"" + RECORD + "\",\"reason\":\"agreed\",";
    JsonNode made =
        post("/api/v1/corrections", of + "\"prompt_tokens\":5,\"micro_currency\":-9}", 201);
    assertThat(made.path("corrections")).hasSize(2);
    assertThat(made.at("/corrections/0/actor").asText()).isEqualTo("token:administrator");
    assertThat(control.get("/api/v1/corrections?record=" + RECORD).path("items")).hasSize(2);
    for (List<Object> wanted :
        List.<List<Object>>of(List.of("insa", 2), List.of("univ-rennes", 2), List.of("ubo", 0))) {
      assertThat(control.get("/api/v1/corrections?organization=" + wanted.get(0)).path("items"))
          .hasSize((int) wanted.get(1));
    }
    JsonNode sums = control.get("/api/v1/usage").at("/items/0");
    assertThat(sums.path("prompt_tokens").asLong()).isEqualTo(1005);
    assertThat(sums.path("cost").decimalValue()).isEqualByComparingTo("-0.000009");
    post("/api/v1/corrections", of + "\"prompt_tokens\":-2000}", 400);
    post("/api/v1/corrections", "{\"record\":\"" + RECORD + "\",\"prompt_tokens\":5}", 400);
    String other = "{\"record\":\"" + new UUID(1, 1) + "\",\"reason\":\"x\",\"prompt_tokens\":1}";
    post("/api/v1/corrections", other, 404);
  }

  @Test
  void usageIsFilteredAndComesByPages() throws Exception {
    Instant at = RunningControl.NOW.minusSeconds(7200);
    used(
        record(new UUID(1, 1), "insa", "m1", at),
        record(new UUID(1, 2), "insa", "m2", at),
        record(new UUID(1, 3), "ubo", "m3", at));
    String by = "/api/v1/usage?by=model,hour&organization=insa&limit=1";
    JsonNode first = control.get(by);
    assertThat(first.path("items")).hasSize(1);
    JsonNode second = control.get(by + "&after=" + first.path("next").asText());
    assertThat(second.has("next")).isFalse();
    Set<String> models = new HashSet<>(first.path("items").findValuesAsText("model"));
    models.addAll(second.path("items").findValuesAsText("model"));
    assertThat(models).containsExactlyInAnyOrder("m1", "m2");
    assertThat(control.get("/api/v1/usage?person=p-1&key=key-ubo").at("/items/0/requests").asInt())
        .isEqualTo(1);
    String forged = "/api/v1/usage?by=model,hour&after=bm9uc2Vuc2U";
    assertThat(control.call("GET", forged, "").statusCode()).isEqualTo(400);
    assertThat(
            control
                .call("GET", "/api/v1/usage?since=%2B999999999-01-01T00:00:00Z", "")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void daysAreSummedUpAnew() throws Exception {
    used(record(RECORD, "insa", "m", Instant.parse("2026-11-01T10:00:00Z")));
    JsonNode done =
        post("/api/v1/usage/rebuild", "{\"since\":\"2026-10-31\",\"until\":\"2026-11-03\"}", 200);
    assertThat(done.path("rebuilt").asInt()).isEqualTo(3);
    assertThat(control.get("/api/v1/usage").at("/items/0/requests").asInt()).isEqualTo(1);
    post("/api/v1/usage/rebuild", "{\"since\":\"2026-10-31\"}", 400);
    post("/api/v1/usage/rebuild", "{\"since\":\"2026-01-01\",\"until\":\"2026-11-03\"}", 400);
  }
}
