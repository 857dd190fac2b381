package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.scheduling.EngineLoad;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is understood of the pages of each engine, also when they are old, odd or hostile. */
class LoadDialectTest {
  private static final String VLLM =
      """
      # HELP python_gc_objects_collected_total Objects collected during gc
      # TYPE python_gc_objects_collected_total counter
      python_gc_objects_collected_total{generation="0"} 11041.0
      process_start_time_seconds 1.76e+09
      # HELP vllm:num_requests_running Number of requests in model execution batches.
      # TYPE vllm:num_requests_running gauge
      vllm:num_requests_running{engine="0",model_name="mistralai/Mistral-Small"} 17.0
      vllm:num_requests_running{engine="1",model_name="mistralai/Mistral-Small"} 5.0
      # TYPE vllm:num_requests_waiting gauge
      vllm:num_requests_waiting{engine="0",model_name="mistralai/Mistral-Small"} 4.0
      vllm:num_requests_waiting{engine="1",model_name="mistralai/Mistral-Small"} 3.0
      # TYPE vllm:num_requests_waiting_by_reason gauge
      vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="capacity"} 2.0
      vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="deferred"} 2.0
      vllm:num_requests_waiting_by_reason{engine="1",model_name="m",reason="capacity"} 0.0
      vllm:num_requests_waiting_by_reason{engine="1",model_name="m",reason="deferred"} 3.0
      # TYPE vllm:kv_cache_usage_perc gauge
      vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.5
      vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.25
      # TYPE vllm:num_preemptions_total counter
      vllm:num_preemptions_total{engine="0",model_name="m"} 12.0
      vllm:num_preemptions_total{engine="1",model_name="m"} 1.0
      vllm:num_preemptions_created{engine="0",model_name="m"} 1.7632e+09
      """;

  private final EngineHttp http = new EngineHttp();
  private final FakeEngine engine = new FakeEngine();

  @AfterEach
  void close() {
    engine.close();
    http.close();
  }

  private LoadReading read(EngineType type) throws InterruptedException {
    try {
      EngineSession session =
          http.open(engine.url(), Optional.empty(), Optional.empty(), Duration.ofSeconds(10));
      return LoadDialect.of(type).orElseThrow().read(session);
    } catch (EngineProblemException e) {
      return LoadReading.Silence.of(e);
    }
  }

  private EngineLoad load(EngineType type) throws InterruptedException {
    LoadReading reading = read(type);
    assertThat(reading).isInstanceOf(LoadReading.Told.class);
    return ((LoadReading.Told) reading).load();
  }

  private EngineLoad vllm(String page) throws InterruptedException {
    engine.on("/metrics", 200, page);
    return load(EngineType.VLLM);
  }

  private LoadReading.Silence silence(EngineType type) throws InterruptedException {
    LoadReading reading = read(type);
    assertThat(reading).isInstanceOf(LoadReading.Silence.class);
    return (LoadReading.Silence) reading;
  }

  @Test
  void vllmIsReadOverAllItsRanksAndOnlyWhatWaitsForRoomWaits() throws InterruptedException {
    assertThat(vllm(VLLM)).isEqualTo(new EngineLoad(22, 2, 0.375, 13));
  }

  @Test
  void vllmThatDoesNotSayWhyRequestsWaitIsBelievedAsAWhole() throws InterruptedException {
    String page = VLLM.replace("num_requests_waiting_by_reason", "another_series");
    assertThat(vllm(page).waiting()).isEqualTo(7);
  }

  @Test
  void vllmUnderRayHasUnderscores() throws InterruptedException {
    assertThat(vllm(VLLM.replace("vllm:", "vllm_"))).isEqualTo(new EngineLoad(22, 2, 0.375, 13));
    assertThat(vllm(VLLM.replace("vllm:", "ray_vllm_")).running()).isEqualTo(22);
  }

  @Test
  void vllmOfAnOlderReleaseCallsItsCacheOtherwise() throws InterruptedException {
    assertThat(vllm(VLLM.replace("kv_cache_usage", "gpu_cache_usage")).kvUsage()).isEqualTo(0.375);
    EngineLoad least = vllm("vllm:num_requests_running 3\nvllm:num_requests_waiting 1");
    assertThat(least).isEqualTo(EngineLoad.of(3, 1));
  }

  @Test
  void vllmWithoutStatisticsIsSilentAndTheWayOutIsNamed() throws InterruptedException {
    engine.on("/metrics", 200, "python_gc_objects_collected_total{generation=\"0\"} 1.0\n");
    assertThat(silence(EngineType.VLLM))
        .isEqualTo(
            new LoadReading.Silence(
                "has no vllm: series at /metrics", "start it without --disable-log-stats"));
  }

  @Test
  void vllmOfWhichHalfIsRenamedIsSilentRatherThanHalfBelieved() throws InterruptedException {
    engine.on("/metrics", 200, VLLM.replace("num_requests_waiting", "queue_length"));
    assertThat(silence(EngineType.VLLM).problem())
        .isEqualTo("does not say at /metrics how many requests run and wait");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 404, 500, 503})
  void statusOtherThan200IsSilence(int status) throws InterruptedException {
    engine.on("/metrics", status, "");
    assertThat(silence(EngineType.VLLM).problem()).isEqualTo("answers " + status + " at /metrics");
  }

  @Test
  void valuesThatCountNothingAreAsIfTheyWereNotThere() throws InterruptedException {
    EngineLoad load =
        vllm(
            """
            vllm:num_requests_running{engine="0"} NaN
            vllm:num_requests_running{engine="1"} -5
            vllm:num_requests_running{engine="2"} +Inf
            vllm:num_requests_running{engine="3"} 1e400
            vllm:num_requests_running{engine="4"} many
            vllm:num_requests_running{engine="5"}
            vllm:num_requests_running{engine="6"} 2.0 1763828400000
            vllm:num_requests_waiting 1
            vllm:kv_cache_usage_perc{engine="0"} 87
            vllm:kv_cache_usage_perc{engine="1"} 0.5
            vllm:num_preemptions_total -1
            """);
    assertThat(load).isEqualTo(new EngineLoad(2, 1, 0.5, -1));
  }

  @Test
  void moreThanAnyEngineRunsIsNotBelieved() throws InterruptedException {
    engine.on("/metrics", 200, "vllm:num_requests_running 1e12\nvllm:num_requests_waiting 0\n");
    assertThat(silence(EngineType.VLLM)).isNotNull();
  }

  @Test
  void sampleThatIsThereTwiceCountsOnce() throws InterruptedException {
    assertThat(vllm(VLLM + VLLM)).isEqualTo(new EngineLoad(22, 2, 0.375, 13));
  }

  @Test
  void linesThatCannotBeReadHarmNoOthers() throws InterruptedException {
    String junk =
        """
        vllm:num_requests_running{engine="0
        vllm:num_requests_running{engine=0} 9
        vllm:num_requests_running{engine} 9
        vllm:num_requests_running{
        {} 4
        \u0000\u0001 =
        vllm:num_requests_running{a="%s"} 9
        vllm:num_requests_running{%s} 9
        """
            .formatted("x".repeat(10_000), "l=\"1\",".repeat(200));
    assertThat(vllm(junk + VLLM)).isEqualTo(new EngineLoad(22, 2, 0.375, 13));
  }

  @Test
  void labelsMayHaveQuotesBracesAndBlanksInThem() throws InterruptedException {
    EngineLoad load =
        vllm(
            """
            vllm:num_requests_running { model_name = "a\\"b} \\\\ c" , engine="0" , } 3
            vllm:num_requests_waiting{model_name="a\\nb, {c=\\"d\\"}"} 2
            """);
    assertThat(load).isEqualTo(EngineLoad.of(3, 2));
  }

  @Test
  void ofAPageThatIsCutTheLastSeriesIsLeftOut() throws InterruptedException {
    String ranks =
        "vllm:num_requests_waiting{engine=\"%d\",note=\"" + "x".repeat(1_000) + "\"} 1\n";
    StringBuilder page = new StringBuilder("vllm:num_requests_running 6\n");
    for (int rank = 0; rank < 2_000; rank++) {
      page.append(ranks.formatted(rank));
    }
    engine.on("/metrics", 200, page.toString());
    assertThat(silence(EngineType.VLLM).problem()).startsWith("does not say");

    // What comes before it is whole, and what would come after it is not seen.
    String elsewhere = page.toString().replace("waiting", "elsewhere");
    assertThat(vllm("vllm:num_requests_waiting 4\n" + elsewhere + VLLM))
        .isEqualTo(EngineLoad.of(6, 4));
  }

  @Test
  void sizeOfTheCacheIsThatOfAllRanks() {
    String line =
        "vllm:cache_config_info{block_size=\"%s\",engine=\"%d\",num_gpu_blocks=\"%s\"} 1.0\n";
    assertThat(kvTokens(line.formatted("16", 0, "1000") + line.formatted("16", 1, "500")))
        .hasValue(24_000);
    assertThat(kvTokens(line.formatted("16", 0, "None"))).isEmpty();
    assertThat(kvTokens(line.formatted("-16", 0, "10"))).isEmpty();
    assertThat(kvTokens(line.formatted("999999999", 0, "999999999"))).isEmpty();
    assertThat(kvTokens("vllm:cache_config_info 1\n")).isEmpty();
  }

  private static OptionalLong kvTokens(String page) {
    return VllmLoad.kvTokens(new Answer(200, page, false));
  }

  @Test
  void sglangIsReadOverAllItsRanks() throws InterruptedException {
    engine.on(
        "/v1/loads",
        200,
        """
        {"timestamp":"2026-11-22T10:00:00","dp_rank_count":2,"loads":[
         {"dp_rank":0,"num_running_reqs":12,"num_waiting_reqs":3,"num_waiting_uncached_tokens":900,
          "num_used_tokens":30000,"max_total_num_tokens":100000,"token_usage":0.3,
          "gen_throughput":512.5},
         {"dp_rank":1,"num_running_reqs":2,"num_waiting_reqs":0,"num_waiting_uncached_tokens":0,
          "num_used_tokens":10000,"max_total_num_tokens":100000,"token_usage":0.1,
          "gen_throughput":80.0}]}\
        """);
    EngineLoad load = load(EngineType.SGLANG);
    assertThat(load.running()).isEqualTo(14);
    assertThat(load.waiting()).isEqualTo(3);
    assertThat(load.kvUsage()).isCloseTo(0.2, within(1e-9));
    assertThat(load.preemptions()).isEqualTo(-1);
  }

  @Test
  void sglangWithoutRoomIsNotReadyAndWithoutRanksBroken() throws InterruptedException {
    engine.on(
        "/v1/loads",
        200,
        "[{\"num_running_reqs\":0,\"num_waiting_reqs\":0,\"max_total_num_tokens\":0}]");
    assertThat(silence(EngineType.SGLANG).problem()).startsWith("is not ready");

    engine.on("/v1/loads", 200, "{\"loads\":[]}");
    assertThat(silence(EngineType.SGLANG).problem()).isEqualTo("has no rank at /v1/loads");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{\"loads\":7}",
        "{\"loads\":[{\"num_running_reqs\":-1,\"num_waiting_reqs\":0}]}",
        "{\"loads\":[{\"num_running_reqs\":1}]}",
        "{\"loads\":[null]}",
        "{\"loads\":[{\"num_running_reqs\":1,\"num_waiting_reqs\":99999999999}]}",
        "{\"loads\":[{\"num_running_reqs\":1,\"num_waiting_reqs\":0",
      })
  void sglangWhoseLoadsMakeNoSenseIsAskedForItsMetrics(String loads) throws InterruptedException {
    engine.on("/v1/loads", 200, loads);
    assertThat(silence(EngineType.SGLANG).advice()).isEqualTo("start it with --enable-metrics");

    engine.on(
        "/metrics",
        200,
        """
        sglang:num_running_reqs{model_name="m",tp_rank="0"} 8.0
        sglang:num_queue_reqs{model_name="m",tp_rank="0"} 1.0
        sglang:token_usage{model_name="m",tp_rank="0"} 0.4
        sglang:num_retracted_requests_total{model_name="m"} 3.0
        """);
    assertThat(load(EngineType.SGLANG)).isEqualTo(new EngineLoad(8, 1, 0.4, 3));
  }

  @Test
  void sglangWithPrioritiesIsNotCountedTwice() throws InterruptedException {
    engine.on(
        "/metrics",
        200,
        """
        sglang:num_running_reqs{model_name="m",priority=""} 8.0
        sglang:num_running_reqs{model_name="m",priority="0"} 5.0
        sglang:num_running_reqs{model_name="m",priority="10"} 3.0
        sglang:num_queue_reqs{model_name="m",priority=""} 0.0
        """);
    assertThat(load(EngineType.SGLANG)).isEqualTo(EngineLoad.of(8, 0));
  }

  @Test
  void llamaCppIsReadFromItsMetricsElseFromItsSlots() throws InterruptedException {
    engine.on("/metrics", 501, "{\"error\":{\"code\":501}}");
    engine.on(
        "/slots",
        200,
        """
        [{"id":0,"id_task":135,"n_ctx":65536,"is_processing":true,"next_token":{"n_decoded":136}},
         {"id":1,"n_ctx":65536,"is_processing":false}]\
        """);
    assertThat(load(EngineType.LLAMACPP)).isEqualTo(EngineLoad.of(1, 0));

    engine.on("/slots", 200, "[{\"id\":0,\"state\":1},{\"id\":1,\"state\":0}]");
    assertThat(load(EngineType.LLAMACPP)).isEqualTo(EngineLoad.of(1, 0));

    engine.on(
        "/metrics",
        200,
        """
        # HELP llamacpp:requests_processing Number of requests processing.
        # TYPE llamacpp:requests_processing gauge
        llamacpp:requests_processing 2
        # TYPE llamacpp:requests_deferred gauge
        llamacpp:requests_deferred 5
        """);
    assertThat(load(EngineType.LLAMACPP)).isEqualTo(EngineLoad.of(2, 5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "[{}]", "[7]", "[{\"is_processing\":\"yes\"}]", "[[]"})
  void llamaCppWithoutEitherIsSilent(String slots) throws InterruptedException {
    engine.on("/slots", 200, slots);
    assertThat(silence(EngineType.LLAMACPP).advice()).isEqualTo("start it with --metrics");
  }

  @Test
  void ollamaAndPlainEnginesAreNotAsked() {
    assertThat(LoadDialect.of(EngineType.OLLAMA)).isEmpty();
    assertThat(LoadDialect.of(EngineType.OPENAI)).isEmpty();
  }
}
