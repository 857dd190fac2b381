package org.archipel.simulator;

import static org.archipel.simulator.ChatRouteTest.chat;
import static org.archipel.simulator.TestClient.json;
import static org.archipel.simulator.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfoPagesTest {
  private static final String CHAT = "/v1/chat/completions";

  @Test
  void vllmTellsHealthVersionModelsAndLoad() throws IOException {
    try (SimulatedEngine engine = start(EngineFlavour.VLLM);
        TestClient client = new TestClient(engine);
        RawClient raw = new RawClient(engine);
        RawClient queued = new RawClient(engine)) {
      raw.post(CHAT, chat("x", ",\"stream\":true"), "x-simulate: stall-after=1").readUntil("I am");
      queued.post(CHAT, chat("x", ""));
      await().until(() -> engine.counters().waiting() == 1);

      assertThat(client.get("/health").statusCode()).isEqualTo(200);
      assertThat(json(text(client.get("/version"))).path("version").textValue()).isNotEmpty();
      assertThat(json(text(client.get("/v1/models"))).at("/data/0/max_model_len").intValue())
          .isEqualTo(131_072);
      assertThat(text(client.get("/metrics")))
          .contains("vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 1\n")
          .contains("model_name=\"m\",reason=\"capacity\"} 1\n")
          .contains("vllm:time_to_first_token_seconds_count{engine=\"0\",model_name=\"m\"} 1\n");
      assertThat(json(text(client.get("/simulator/counters"))).path("waiting").intValue())
          .isEqualTo(1);
    }
  }

  @Test
  void vllmTellsItsLoadInAHeaderWhenAsked() {
    try (SimulatedEngine engine = start(EngineFlavour.VLLM);
        TestClient client = new TestClient(engine)) {
      HttpResponse<byte[]> answer =
          client.post(CHAT, chat("x", ""), "endpoint-load-metrics-format", "JSON");

      assertThat(answer.headers().firstValue("endpoint-load-metrics").orElseThrow())
          .contains("\"num_requests_waiting\":0");
    }
  }

  @Test
  void sglangTellsItsLoadPerRank() {
    try (SimulatedEngine engine = start(EngineFlavour.SGLANG);
        TestClient client = new TestClient(engine)) {
      assertThat(json(text(client.get("/v1/loads"))).at("/loads/0/num_running_reqs").intValue())
          .isZero();
      assertThat(text(client.get("/metrics"))).contains("sglang:num_running_reqs");
    }
  }

  @Test
  void llamacppTellsItsSlotsAndRefusesWhenNoneIsFree() throws IOException {
    try (SimulatedEngine engine = start(EngineFlavour.LLAMACPP);
        TestClient client = new TestClient(engine);
        RawClient raw = new RawClient(engine)) {
      assertThat(json(text(client.get("/props"))).path("total_slots").intValue()).isEqualTo(1);
      assertThat(client.get("/slots?fail_on_no_slot=1").statusCode()).isEqualTo(200);
      raw.post(CHAT, chat("x", ",\"stream\":true"), "x-simulate: stall-after=1").readUntil("I am");

      assertThat(client.get("/slots?fail_on_no_slot=1").statusCode()).isEqualTo(503);
      assertThat(json(text(client.get("/slots"))).at("/0/is_processing").booleanValue()).isTrue();
    }
  }

  @Test
  void ollamaTellsThatItRunsAndWhatIsLoaded() {
    try (SimulatedEngine engine = start(EngineFlavour.OLLAMA);
        TestClient client = new TestClient(engine)) {
      assertThat(text(client.get("/"))).isEqualTo("Ollama is running");
      assertThat(json(text(client.get("/api/tags"))).at("/models/0/name").textValue())
          .isEqualTo("m:latest");
      assertThat(json(text(client.get("/api/ps"))).at("/models/0/size_vram").isInt()).isTrue();
      assertThat(client.post(CHAT, chat("x", "").replace("\"m\"", "\"m:latest\"")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void plainEngineHasNothingButTheOpenAiRoutes() {
    try (SimulatedEngine engine = start(EngineFlavour.OPENAI);
        TestClient client = new TestClient(engine)) {
      assertThat(client.get("/health").statusCode()).isEqualTo(404);
      assertThat(client.get("/metrics").statusCode()).isEqualTo(404);
      assertThat(client.get("/v1/models").statusCode()).isEqualTo(200);
      assertThat(client.get("/v1/models/m").statusCode()).isEqualTo(200);
      assertThat(client.get("/v1/models/other").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void cacheThatIsFullMakesRequestsWaitAndIsToldSo() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions().withModels(SimulatedModel.chat("m")).withKvTokens(40);
    try (SimulatedEngine engine = SimulatedEngine.start(options);
        TestClient client = new TestClient(engine);
        RawClient first = new RawClient(engine);
        RawClient second = new RawClient(engine)) {
      String stalled = "x-simulate: stall-after=1,tokens=60";
      first.post(CHAT, chat("x", ",\"stream\":true"), stalled).readUntil("I am");
      second.post(CHAT, chat("x", ",\"stream\":true"), stalled);
      await().until(() -> engine.counters().waiting() == 1);

      assertThat(text(client.get("/metrics")))
          .contains("vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 1\n")
          .contains("model_name=\"m\",reason=\"capacity\"} 1\n")
          .contains("block_size=\"16\",num_gpu_blocks=\"2\"")
          .containsPattern("vllm:kv_cache_usage_perc\\{[^}]*} (0\\.[1-9]|1\\.0)");
    }
  }

  @Test
  void whatIsToldOfLoadStopsEmptiesChangesItsNamesAndStandsStill() throws IOException {
    for (EngineFlavour flavour :
        List.of(EngineFlavour.VLLM, EngineFlavour.SGLANG, EngineFlavour.LLAMACPP)) {
      try (SimulatedEngine engine = start(flavour);
          TestClient client = new TestClient(engine);
          RawClient raw = new RawClient(engine)) {
        String idle = text(client.get("/metrics"));
        engine.metrics(MetricsFault.STOPPED);
        assertThat(client.get("/metrics").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/models").statusCode()).isEqualTo(200);
        engine.metrics(MetricsFault.EMPTY);
        assertThat(text(client.get("/metrics"))).isEqualTo("# no series\n");
        engine.metrics(MetricsFault.RENAMED);
        assertThat(text(client.get("/metrics"))).contains(":renamed_");
        engine.metrics(MetricsFault.STALE);
        raw.post(CHAT, chat("x", ",\"stream\":true"), "x-simulate: stall-after=1")
            .readUntil("I am");
        assertThat(text(client.get("/metrics"))).isEqualTo(idle);
        engine.metrics(MetricsFault.NONE);
        assertThat(text(client.get("/metrics"))).isNotEqualTo(idle).doesNotContain("renamed");
      }
    }
  }

  @Test
  void fieldsOfLoadAreRenamedEmptiedAndStopTooWhereTheyAreJson() {
    try (SimulatedEngine sglang = start(EngineFlavour.SGLANG);
        SimulatedEngine llamacpp = start(EngineFlavour.LLAMACPP);
        TestClient loads = new TestClient(sglang);
        TestClient slots = new TestClient(llamacpp)) {
      sglang.metrics(MetricsFault.RENAMED);
      llamacpp.metrics(MetricsFault.RENAMED);
      assertThat(json(text(loads.get("/v1/loads"))).has("renamed_loads")).isTrue();
      assertThat(json(text(slots.get("/slots"))).at("/0/renamed_is_processing").isBoolean())
          .isTrue();
      sglang.metrics(MetricsFault.EMPTY);
      llamacpp.metrics(MetricsFault.EMPTY);
      assertThat(text(loads.get("/v1/loads"))).isEqualTo("{}");
      assertThat(text(slots.get("/slots"))).isEqualTo("[]");
      sglang.metrics(MetricsFault.STOPPED);
      assertThat(loads.get("/v1/loads").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void sickEngineFailsItsHealthCheck() {
    try (SimulatedEngine engine = start(EngineFlavour.VLLM);
        TestClient client = new TestClient(engine)) {
      engine.healthy(false);
      assertThat(client.get("/health").statusCode()).isEqualTo(503);
      engine.healthy(true);
      assertThat(client.get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void keyIsRequiredWhenOneIsSet() {
    try (SimulatedEngine engine =
            SimulatedEngine.start(new SimulatedEngineOptions().withApiKey("sesame"));
        TestClient client = new TestClient(engine)) {
      assertThat(client.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(client.get("/v1/models", "authorization", "Bearer wrong").statusCode())
          .isEqualTo(401);
      assertThat(client.get("/v1/models", "authorization", "Bearer sesame").statusCode())
          .isEqualTo(200);
      assertThat(client.get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void engineThatLosesBodiesAnswers400ToAnUpgradeOffer() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions()
            .withModels(SimulatedModel.chat("m"))
            .withQuirks(EngineQuirk.LOSES_BODY_ON_H2C);
    try (SimulatedEngine engine = SimulatedEngine.start(options);
        RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, chat("x", ""), "connection: upgrade, close", "upgrade: h2c");

      assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 400");
    }
  }

  private static SimulatedEngine start(EngineFlavour flavour) {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withModels(SimulatedModel.chat("m"))
            .withFlavour(flavour)
            .withMaxConcurrency(1));
  }
}
