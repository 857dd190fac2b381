package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and engines over the admin API. */
class CatalogRoutesTest {
  private static final String SECRET = "sk-engine-0123456789";

  @TempDir private Path folder;
  private final SimulatedEngine engine =
      SimulatedEngine.start(
          new SimulatedEngineOptions()
              .withFlavour(EngineFlavour.VLLM)
              .withModels(SimulatedModel.chat("m")));
  private RunningControl control;

  @BeforeEach
  void start() {
    control = new RunningControl(folder);
  }

  @AfterEach
  void stop() {
    control.close();
    engine.close();
  }

  private HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    return control.call(method, path, body);
  }

  private HttpResponse<String> addModel() throws IOException, InterruptedException {
    return call("POST", "/api/v1/models", "{\"id\":\"m\",\"aliases\":[\"small\"]}");
  }

  private HttpResponse<String> addEngine() throws IOException, InterruptedException {
    return call(
        "POST",
        "/api/v1/engines",
        """
        {"id":"gpu1","url":"%s/v1/","models":[{"model":"m"}],"max_concurrency":4,
         "hardware":{"device":"l40s","count":2},"labels":["secnumcloud"],"api_key":"%s"}\
        """
            .formatted(engine.url(), SECRET));
  }

  private JsonNode engine() throws IOException, InterruptedException {
    return control.get("/api/v1/engines/gpu1").path("models").path(0);
  }

  private static PoolSnapshot busy(int running) {
    EngineSnapshot one =
        new EngineSnapshot(
            "gpu1", "univ-rennes", EngineSnapshot.State.DOWN, running, 4, 0, 0, 0, 0, 0, -1);
    PoolCounters none = new PoolCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    return new PoolSnapshot(0, List.of(), List.of(one), none);
  }

  @Test
  void engineIsAddedShownAndNeverItsKey() throws Exception {
    HttpResponse<String> model = addModel();
    assertThat(model.statusCode()).isEqualTo(201);
    assertThat(model.headers().firstValue("etag")).contains("\"1\"");
    HttpResponse<String> added = addEngine();

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(added.body() + call("GET", "/api/v1/engines", "").body()).doesNotContain(SECRET);
    JsonNode shown = engine();
    assertThat(shown.path("type").asText()).isEqualTo("vllm");
    assertThat(shown.path("owner").asText()).isEqualTo("univ-rennes");
    assertThat(shown.path("has_api_key").asBoolean()).isTrue();
    assertThat(shown.path("origin").asText()).isEqualTo("store");
    assertThat(shown.path("created_by").asText()).isEqualTo("token:administrator");
    assertThat(shown.path("hardware").path("count").asInt()).isEqualTo(2);
    await().untilAsserted(() -> assertThat(engine().path("state").asText()).isEqualTo("up"));
    assertThat(control.get("/api/v1/models/m").path("engines_up").asInt()).isOne();
  }

  @Test
  void drainingIsVisibleUntilTheLastRequestEnded() throws Exception {
    addModel();
    addEngine();
    control.pools.put("m", busy(3));

    JsonNode drained = control.parse(call("POST", "/api/v1/engines/gpu1/drain", ""));
    assertThat(drained.path("models").path(0).path("state").asText()).isEqualTo("draining");
    assertThat(engine().path("running").asInt()).isEqualTo(3);
    control.pools.put("m", busy(0));
    assertThat(engine().path("state").asText()).isEqualTo("drained");
    assertThat(engine().path("draining_since").asText()).isNotEmpty();

    call("POST", "/api/v1/engines/gpu1/resume", "");
    await().untilAsserted(() -> assertThat(engine().path("state").asText()).isEqualTo("up"));
  }

  @Test
  void removingNowTakesTheEngineAwayFromWhatRunsThere() throws Exception {
    addModel();
    addEngine();
    HttpResponse<String> removed = call("DELETE", "/api/v1/engines/gpu1?now=true", "");
    assertThat(control.parse(removed).path("cut").asInt()).isEqualTo("gpu1".length());
    addEngine();
    removed = call("DELETE", "/api/v1/engines/gpu1?now=false", "");
    assertThat(control.parse(removed).has("cut")).isFalse();
    assertThat(call("DELETE", "/api/v1/engines/gpu1?now=true", "").statusCode()).isEqualTo(404);
  }

  @Test
  void removingTellsWhatStillRuns() throws Exception {
    addModel();
    addEngine();
    control.pools.put("m", busy(2));

    HttpResponse<String> removed = call("DELETE", "/api/v1/engines/gpu1", "");

    assertThat(control.parse(removed).path("running").asInt()).isEqualTo(2);
    assertThat(call("GET", "/api/v1/engines/gpu1", "").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/api/v1/models/m", "").statusCode()).isEqualTo(204);
    assertThat(call("GET", "/api/v1/models/m", "").statusCode()).isEqualTo(404);
  }

  @Test
  void changesHeedTheVersion() throws Exception {
    addModel();
    addEngine();
    HttpResponse<String> first =
        control.send(
            "PATCH",
            "/api/v1/engines/gpu1",
            "{\"max_concurrency\":16}",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "if-match",
            "\"1\"");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("etag")).contains("\"2\"");
    assertThat(engine().path("max_concurrency").asInt()).isEqualTo(16);
    HttpResponse<String> late =
        control.send(
            "PATCH",
            "/api/v1/engines/gpu1",
            "{\"max_concurrency\":32}",
            "authorization",
            "Bearer " + RunningControl.TOKEN,
            "if-match",
            "\"1\"");
    assertThat(late.statusCode()).isEqualTo(412);
    assertThat(engine().path("max_concurrency").asInt()).isEqualTo(16);
  }

  @Test
  void errorsSayWhatWouldBeRight() throws Exception {
    addModel();
    for (Map.Entry<String, String> wrong :
        Map.of(
                "{\"url\":\"http://127.0.0.1:1\",\"type\":\"vllm\",\"models\":[{\"model\":\"m\"}]}",
                "422 connection refused",
                "{\"url\":\"http://user:pw-1@host\",\"models\":[{\"model\":\"m\"}]}",
                "400 url: not the base URL",
                "{\"url\":\"http://host:1\",\"type\":\"nim\",\"models\":[]}",
                "400 type: not one (expected: vllm, sglang",
                "{\"url\":\"http://host:1\",\"models\":[],\"version\":7}",
                "400 unknown field",
                "{\"url\":\"http://host:1\",\"type\":\"vllm\",\"models\":[{\"model\":\"no\"}],"
                    + "\"unchecked\":true}",
                "409 there is no model no",
                "{\"url\":\"http://127.0.0.1:1\",\"models\":[{\"model\":\"m\"}],"
                    + "\"api_key\":\"a b\"}",
                "400 api_key: not a key")
            .entrySet()) {
      HttpResponse<String> answer = call("POST", "/api/v1/engines", wrong.getKey());
      assertThat(answer.statusCode() + " " + control.parse(answer).path("detail").asText())
          .as(wrong.getKey())
          .startsWith(wrong.getValue().substring(0, 4))
          .contains(wrong.getValue().substring(4))
          .doesNotContain("pw-1");
    }
    assertThat(control.get("/api/v1/engines").path("items")).isEmpty();
  }

  @Test
  void idWithASlashIsOneId() throws Exception {
    call("POST", "/api/v1/models", "{\"id\":\"mistralai/Small\"}");

    JsonNode shown = control.get("/api/v1/models/mistralai%2FSmall");
    assertThat(shown.path("id").asText()).isEqualTo("mistralai/Small");
    assertThat(call("DELETE", "/api/v1/models/mistralai%2FSmall", "").statusCode()).isEqualTo(204);
  }
}
