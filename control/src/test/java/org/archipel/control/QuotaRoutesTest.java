package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.archipel.directory.Caller;
import org.archipel.directory.quota.Demanded;
import org.archipel.directory.quota.Reservation;
import org.archipel.directory.quota.Used;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas and events over the API. */
final class QuotaRoutesTest {
  private static final String WHOLE = "/api/v1/quotas/organization:insa";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder, new FixedCatalog());
    control.call("POST", "/api/v1/organizations", "{\"name\":\"insa\"}");
    control.call("POST", "/api/v1/organizations/insa/projects", "{\"name\":\"chat\"}");
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private void use(long tokens) {
    Caller caller = new Caller("k", "insa", "chat");
    long now = RunningControl.NOW.toEpochMilli();
    Object admission = control.quotas.reserve(caller, "m", new Demanded(tokens, 0, 0), now);
    control.quotas.settle((Reservation) admission, new Used(tokens, 0, 0));
  }

  @Test
  void quotaTellsWhatIsLeft() throws Exception {
    HttpResponse<String> set =
        control.call(
            "PUT", WHOLE, "{\"limits\":{\"tokens_per_month\":100,\"requests_per_minute\":6}}");
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(set.headers().firstValue("etag")).contains("\"1\"");
    use(30);
    JsonNode quota = control.get(WHOLE);
    assertThat(quota.path("level").asText()).isEqualTo("organization");
    assertThat(quota.path("limits").path("tokens_per_month").asLong()).isEqualTo(100);
    assertThat(quota.path("requests").path("remaining").asLong()).isEqualTo(5);
    JsonNode budget = quota.path("budgets").get(0);
    assertThat(budget.path("budget").asText()).isEqualTo("tokens_per_month");
    assertThat(budget.path("used").asLong()).isEqualTo(30);
    assertThat(budget.path("left").asLong()).isEqualTo(70);
    assertThat(budget.path("until").asText()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(control.get("/api/v1/quotas").path("items")).hasSize(1);
  }

  @Test
  void someLimitsCanBeSetAndAQuotaRemoved() throws Exception {
    control.call("PUT", WHOLE, "{\"limits\":{\"tokens_per_month\":100}}");
    String more = "{\"organization\":\"insa\",\"limits\":{\"concurrent_requests\":4}}";
    JsonNode changed = control.parse(control.call("POST", "/api/v1/quotas", more));
    assertThat(changed.path("limits")).hasSize(2);
    assertThat(changed.path("version").asLong()).isEqualTo(2);
    assertThat(control.call("DELETE", WHOLE, "").statusCode()).isEqualTo(204);
    assertThat(control.call("GET", WHOLE, "").statusCode()).isEqualTo(404);
    use(1000);
  }

  @Test
  void versionThatIsNoLongerTrueIsRefused() throws Exception {
    String body = "{\"limits\":{\"tokens_per_month\":100}}";
    control.call("PUT", WHOLE, body);
    control.call("PUT", WHOLE, body);
    String[] old = {"authorization", "Bearer " + RunningControl.TOKEN, "if-match", "\"1\""};
    assertThat(control.send("PUT", WHOLE, body, old).statusCode()).isEqualTo(412);
    assertThat(control.send("DELETE", WHOLE, "", old).statusCode()).isEqualTo(412);
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    String path = "/api/v1/quotas";
    assertThat(refused("PUT", WHOLE, "{\"limits\":{\"tokens\":1}}", 400)).contains("limits");
    assertThat(refused("PUT", WHOLE, "{}", 400)).startsWith("limits: missing");
    assertThat(refused("PUT", WHOLE, "{\"limits\":{}}", 400)).startsWith("limits: none");
    assertThat(refused("PUT", WHOLE, "{\"limits\":{\"tokens_per_day\":null}}", 400))
        .startsWith("limits");
    assertThat(refused("PUT", WHOLE, "{\"limits\":{\"tokens_per_day\":-1}}", 400))
        .startsWith("tokens_per_day: -1 (expected: 0 to");
    assertThat(refused("PUT", path + "/organization:x", "{\"limits\":{\"tokens_per_day\":1}}", 404))
        .contains("does not exist");
    assertThat(refused("GET", path + "/team:x", "", 400)).startsWith("id:");
    assertThat(refused("POST", path, "{\"key\":\"k\",\"organization\":\"o\"}", 400))
        .startsWith("organization: with a key");
  }

  private String refused(String method, String path, String body, int status) throws Exception {
    HttpResponse<String> got = control.call(method, path, body);
    assertThat(got.statusCode()).as(got.body()).isEqualTo(status);
    return control.parse(got).path("detail").asText();
  }

  @Test
  void eventTellsOfABudgetAtItsEnd() throws Exception {
    control.call("PUT", WHOLE, "{\"limits\":{\"tokens_per_month\":100}}");
    use(100);
    Awaitility.await().until(() -> control.get("/api/v1/events").path("items").size() == 2);
    JsonNode last = control.get("/api/v1/events?limit=1").path("items").get(0);
    assertThat(last.path("type").asText()).isEqualTo("budget.exhausted");
    assertThat(last.path("period").asText()).isEqualTo("2026-11");
    assertThat(last.path("quota").asText()).isEqualTo("organization:insa");
  }
}
