package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineProbeTest {
  private final EngineProbe probe = new EngineProbe(Duration.ofSeconds(10));

  @AfterEach
  void close() {
    probe.close();
  }

  private ProbeReport report(String model, EngineType type, FakeEngine engine)
      throws InterruptedException {
    return probe.report(model, Specs.engine("e", type, engine.url()));
  }

  @Test
  void vllmTellsVersionContextAndMetrics() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.vllm("mistral-small", 131072, "0.30.1")) {
      ProbeReport report = report("mistral-small", EngineType.VLLM, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.ok()).isTrue();
      assertThat(report.reachable()).isTrue();
      assertThat(report.detectedType()).contains(EngineType.VLLM);
      assertThat(report.models()).containsExactly("mistral-small");
      assertThat(report.capabilities())
          .isEqualTo(
              new Capabilities(
                  Optional.of("0.30.1"),
                  OptionalInt.of(131072),
                  OptionalInt.empty(),
                  true,
                  OptionalLong.of(16 * 27_500),
                  PrioritySense.NONE));
    }
  }

  @Test
  void vllmWithoutStatisticsHasNoMetrics() throws InterruptedException {
    try (FakeEngine engine =
        FakeEngine.vllm("m", 4096, "0.30.1").on("/metrics", 200, "python_info 1.0\n")) {
      assertThat(report("m", EngineType.VLLM, engine).capabilities().metrics()).isFalse();
    }
  }

  @Test
  void vllmUnderRayHasMetricsWithAnUnderscore() throws InterruptedException {
    try (FakeEngine engine =
        FakeEngine.vllm("m", 4096, "0.30.1").on("/metrics", 200, "vllm_num_requests_running 1\n")) {
      assertThat(report("m", EngineType.VLLM, engine).capabilities().metrics()).isTrue();
    }
  }

  @Test
  void metricsAreSeenAtTheHeadOfAPageThatIsTooLong() throws InterruptedException {
    String page = "vllm:num_requests_running 0\n".repeat(100_000);
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1").on("/metrics", 200, page)) {
      assertThat(report("m", EngineType.VLLM, engine).capabilities().metrics()).isTrue();
    }
  }

  @Test
  void sleepingVllmIsNoEngineToSendTo() throws InterruptedException {
    try (FakeEngine engine =
        FakeEngine.vllm("m", 4096, "0.30.1").on("/is_sleeping", 200, "{\"is_sleeping\":true}")) {
      assertThat(report("m", EngineType.VLLM, engine).problem()).contains("asleep");
    }
  }

  @Test
  void sglangTellsSlotsOfAllRanksAndLeaksNothing() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.sglang("qwen")) {
      ProbeReport report = report("qwen", EngineType.SGLANG, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.detectedType()).contains(EngineType.SGLANG);
      assertThat(report.capabilities())
          .isEqualTo(
              new Capabilities(
                  Optional.of("0.5.20"), OptionalInt.of(32768), OptionalInt.of(96), true));
      assertThat(report.toString()).doesNotContain("sk-leaked");
    }
  }

  @Test
  void sglangTellsItsCacheAndWhichWayItReadsPriorities() throws InterruptedException {
    String info =
        """
        {"version":"0.5.20","max_running_requests":48,"max_total_num_tokens":400000,"dp_size":2,
         "enable_priority_scheduling":%s,"schedule_low_priority_values_first":%s}\
        """;
    try (FakeEngine engine = FakeEngine.sglang("qwen")) {
      engine.on("/server_info", 200, info.formatted("true", "false"));
      Capabilities capabilities = report("qwen", EngineType.SGLANG, engine).capabilities();
      assertThat(capabilities.kvTokens()).hasValue(800_000);
      assertThat(capabilities.priority()).isEqualTo(PrioritySense.HIGHER_FIRST);

      engine.on("/server_info", 200, info.formatted("true", "true"));
      assertThat(report("qwen", EngineType.SGLANG, engine).capabilities().priority())
          .isEqualTo(PrioritySense.LOWER_FIRST);
      engine.on("/server_info", 200, info.formatted("false", "true"));
      assertThat(report("qwen", EngineType.SGLANG, engine).capabilities().priority())
          .isEqualTo(PrioritySense.NONE);
    }
  }

  @Test
  void sglangOfAnOlderReleaseIsAskedByTheOlderPath() throws InterruptedException {
    try (FakeEngine engine =
        FakeEngine.sglang("qwen")
            .without("/server_info")
            .on("/get_server_info", 200, "{\"version\":\"0.4.1\",\"max_running_requests\":7}")) {
      Capabilities capabilities = report("qwen", EngineType.SGLANG, engine).capabilities();

      assertThat(capabilities.version()).contains("0.4.1");
      assertThat(capabilities.slots()).hasValue(7);
    }
  }

  @Test
  void llamaCppTellsTheContextOfASlotAndNotOfTheTraining() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.llamaCpp("/models/tiny.gguf")) {
      ProbeReport report = report("tiny", EngineType.LLAMACPP, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.detectedType()).contains(EngineType.LLAMACPP);
      assertThat(report.capabilities())
          .isEqualTo(
              new Capabilities(
                  Optional.of("b11139-abc"), OptionalInt.of(8192), OptionalInt.of(4), false));
    }
  }

  @Test
  void llamaCppServesItsOneModelByAnyNameUnlessANameWasGiven() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.llamaCpp("/models/tiny.gguf")) {
      EngineSpec spec = Specs.engine("e", EngineType.LLAMACPP, engine.url());

      assertThat(probe.report("other", spec).problem()).isEmpty();
      assertThat(probe.report("other", Specs.named(spec, "tiny")).problem()).isEmpty();
      assertThat(probe.report("other", Specs.named(spec, "big")).problem())
          .contains("serves [/models/tiny.gguf] but not big");
    }
  }

  @Test
  void llamaCppBehindAProxyThatHidesItsPropsIsUp() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.llamaCpp("m").without("/props")) {
      ProbeReport report = report("m", EngineType.LLAMACPP, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.capabilities().contextWindow()).hasValue(131072);
      assertThat(report.capabilities().slots()).isEmpty();
    }
  }

  @Test
  void llamaCppWhoseModelListIsOpenStillNeedsItsKey() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.llamaCpp("m").on("/props", 401, "{}")) {
      assertThat(report("m", EngineType.LLAMACPP, engine).advice()).contains("set api_key");
    }
  }

  @Test
  void llamaCppThatLoadsSaysSo() throws InterruptedException {
    String loading = "{\"error\":{\"code\":503,\"message\":\"Loading model\"}}";
    try (FakeEngine engine =
        FakeEngine.llamaCpp("m")
            .on("/health", 503, loading)
            .on("/props", 503, loading)
            .on("/v1/models", 503, loading)) {
      ProbeReport report = report("m", EngineType.LLAMACPP, engine);

      assertThat(report.problem()).contains("loading the model (503)");
      assertThat(report.reachable()).isTrue();
    }
  }

  @Test
  void ollamaFindsLatestAndTheContextOfTheModelFile() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.ollama()) {
      ProbeReport report = report("llama3", EngineType.OLLAMA, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.detectedType()).contains(EngineType.OLLAMA);
      assertThat(report.models()).containsExactly("llama3:latest", "nomic-text:v1");
      assertThat(report.capabilities())
          .isEqualTo(
              new Capabilities(
                  Optional.of("0.34.3"), OptionalInt.of(4096), OptionalInt.empty(), false));
    }
  }

  @Test
  void ollamaPrefersTheContextOfTheLoadedModel() throws InterruptedException {
    try (FakeEngine engine =
        FakeEngine.ollama()
            .on(
                "/api/ps",
                200,
                "{\"models\":[{\"name\":\"llama3:latest\",\"context_length\":16384}]}")) {
      assertThat(report("llama3", EngineType.OLLAMA, engine).capabilities().contextWindow())
          .hasValue(16384);
    }
  }

  @Test
  void openAiLikeServerTellsContextByWhateverName() throws InterruptedException {
    for (String field :
        new String[] {"max_model_len", "context_length", "context_window", "max_input_tokens"}) {
      try (FakeEngine engine = FakeEngine.openAi("{\"id\":\"m\",\"" + field + "\":2048}")) {
        ProbeReport report = report("m", EngineType.OPENAI, engine);

        assertThat(report.problem()).isEmpty();
        assertThat(report.capabilities().contextWindow()).as(field).hasValue(2048);
      }
    }
  }

  @Test
  void openAiLikeServerWithoutAModelListIsUp() throws InterruptedException {
    try (FakeEngine engine = new FakeEngine()) {
      ProbeReport report = report("m", EngineType.OPENAI, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.capabilities()).isEqualTo(Capabilities.UNKNOWN);
    }
  }

  @Test
  void wrongModelNameIsNamedWithWhatIsServed() throws InterruptedException {
    try (FakeEngine vllm = FakeEngine.vllm("mistralai/Mistral-Small", 4096, "0.30.1");
        FakeEngine sglang = FakeEngine.sglang("a");
        FakeEngine ollama = FakeEngine.ollama();
        FakeEngine openAi = FakeEngine.openAi("{\"id\":\"b\"}")) {
      ProbeReport report = report("mistral-small", EngineType.VLLM, vllm);
      assertThat(report.problem())
          .contains("serves [mistralai/Mistral-Small] but not mistral-small");
      assertThat(report.advice()).contains("set `model:` to its name there");
      assertThat(report.models()).containsExactly("mistralai/Mistral-Small");
      assertThat(report.capabilities().version()).contains("0.30.1");

      assertThat(report("x", EngineType.SGLANG, sglang).problem()).contains("serves [a] but not x");
      assertThat(report("x", EngineType.OLLAMA, ollama).problem())
          .contains("serves [llama3:latest, nomic-text:v1] but not x");
      assertThat(report("x", EngineType.OPENAI, openAi).problem()).contains("serves [b] but not x");
    }
  }

  @Test
  void engineThatAsksForAKeyGetsItAndOtherwiseSaysWhatToSet() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1").requiringKey("secret-1")) {
      ProbeReport without = report("m", EngineType.VLLM, engine);
      assertThat(without.problem()).contains("answers 401");
      assertThat(without.advice()).contains("set api_key");

      EngineSpec wrong = Specs.engine("e", EngineType.VLLM, engine.url(), Optional.of("secret-2"));
      ProbeReport refused = probe.report("m", wrong);
      assertThat(refused.advice()).contains("check api_key: the engine refuses it");
      assertThat(refused.toString()).doesNotContain("secret-2");

      EngineSpec right = Specs.engine("e", EngineType.VLLM, engine.url(), Optional.of("secret-1"));
      assertThat(probe.report("m", right).problem()).isEmpty();
    }
  }

  @Test
  void keyThatNoHeaderCanCarryIsRefusedWithoutBeingQuoted() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1")) {
      EngineSpec spec =
          Specs.engine("e", EngineType.VLLM, engine.url(), Optional.of("secret\nInjected: 1"));
      ProbeReport report = probe.report("m", spec);

      assertThat(report.problem()).contains("api_key has a character that a header cannot carry");
      assertThat(report.toString()).doesNotContain("Injected");
      assertThat(engine.asked()).isEmpty();
    }
  }

  @Test
  void nobodyListening() throws InterruptedException {
    FakeEngine engine = new FakeEngine();
    engine.close();
    ProbeReport report = report("m", EngineType.VLLM, engine);

    assertThat(report.reachable()).isFalse();
    assertThat(report.problem()).contains("connection refused");
    assertThat(report.advice()).contains("is the engine running at " + engine.url() + "?");
  }

  @Test
  void unknownHostIsNamed() throws InterruptedException {
    EngineSpec spec = Specs.engine("e", EngineType.VLLM, URI.create("http://gpu.invalid:8000"));

    assertThat(probe.report("m", spec).problem()).contains("unknown host gpu.invalid");
  }

  @Test
  void engineThatAcceptsAndNeverAnswersEndsWithTheProbesLimit() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1").silent(true);
        EngineProbe hasty = new EngineProbe(Duration.ofMillis(300))) {
      ProbeReport report = hasty.report("m", Specs.engine("e", EngineType.VLLM, engine.url()));

      assertThat(report.reachable()).isFalse();
      assertThat(report.problem().orElseThrow()).startsWith("connected, but no answer within ");
    }
  }

  @Test
  void socketThatAcceptsNothingEndsWithTheProbesLimit() throws Exception {
    try (ServerSocket backlog = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EngineProbe hasty = new EngineProbe(Duration.ofMillis(300))) {
      URI url = URI.create("http://127.0.0.1:" + backlog.getLocalPort());
      ProbeReport report = hasty.report("m", Specs.engine("e", EngineType.OPENAI, url));

      assertThat(report.problem().orElseThrow()).startsWith("connected, but no answer within ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>hello</html>",
        "[]",
        "{\"data\":",
        "{\"data\":{}}",
        "{}",
        "null",
        "{\"data\":42}",
      })
  void whatIsNoModelListIsAProblem(String body) throws InterruptedException {
    for (EngineType type : EngineType.values()) {
      try (FakeEngine engine =
          FakeEngine.vllm("m", 4096, "1").on("/v1/models", 200, body).on("/props", 200, body)) {
        ProbeReport report = report("m", type, engine);

        assertThat(report.ok()).as("%s", type).isFalse();
        assertThat(report.advice()).isPresent();
      }
    }
  }

  @Test
  void jsonNestedWithoutEndIsSurvived() throws InterruptedException {
    String deep = "{\"data\":" + "[".repeat(400_000);
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1").on("/v1/models", 200, deep)) {
      assertThat(report("m", EngineType.VLLM, engine).problem())
          .contains("answers no JSON object at /v1/models");
    }
  }

  @Test
  void hugeBodyIsNotReadToItsEnd() throws InterruptedException {
    String huge = "{\"data\":[\"" + "x".repeat(8 << 20) + "\"]}";
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1").on("/v1/models", 200, huge)) {
      assertThat(report("m", EngineType.VLLM, engine).problem())
          .contains("answers more than 1048576 bytes at /v1/models");
    }
  }

  @Test
  void hostileEntriesOfAModelListAreLeftOut() throws InterruptedException {
    String list =
        """
        {"data":[null,7,"x",{"id":5},{"id":""},{"id":"a\\nb"},{"id":"%s"},
         {"id":"good","max_model_len":-3},{"id":"big","max_model_len":99999999999999999999}]}\
        """
            .formatted("n".repeat(300));
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1").on("/v1/models", 200, list)) {
      ProbeReport report = report("good", EngineType.VLLM, engine);

      assertThat(report.problem()).isEmpty();
      assertThat(report.models()).containsExactly("good", "big");
      assertThat(report.capabilities().contextWindow()).isEmpty();
    }
  }

  @Test
  void redirectIsNotFollowed() throws InterruptedException {
    try (FakeEngine elsewhere = FakeEngine.openAi("{\"id\":\"m\"}");
        FakeEngine engine =
            new FakeEngine().on("/v1/models", 307, elsewhere.url() + "/v1/models")) {
      ProbeReport report = report("m", EngineType.OPENAI, engine);

      assertThat(report.problem()).contains("answers 307 at /v1/models, a redirect");
      assertThat(elsewhere.asked()).isEmpty();
    }
  }

  @Test
  void wrongTypeIsToldWithTheRightOne() throws InterruptedException {
    try (FakeEngine engine = FakeEngine.ollama()) {
      ProbeReport wrong = report("llama3", EngineType.LLAMACPP, engine);
      assertThat(wrong.problem()).contains("type is llamacpp, but ollama speaks there");
      assertThat(wrong.advice()).contains("set `type: ollama`");
    }
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "1")) {
      ProbeReport plain = report("m", EngineType.OPENAI, engine);
      assertThat(plain.problem()).isEmpty();
      assertThat(plain.advice()).contains("set `type: vllm`");
    }
  }

  @Test
  void serverThatSpeaksNoHttpIsTold() throws IOException, InterruptedException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try {
              while (true) {
                try (var connection = socket.accept()) {
                  connection
                      .getOutputStream()
                      .write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                }
              }
            } catch (IOException e) {
              // Closed at the end of the test.
            }
          });
      URI url = URI.create("http://127.0.0.1:" + socket.getLocalPort());

      assertThat(probe.report("m", Specs.engine("e", EngineType.OPENAI, url)).problem())
          .contains("the connection breaks or what comes is not HTTP/1.1");
    }
  }
}
