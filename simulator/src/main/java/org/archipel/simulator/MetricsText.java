package org.archipel.simulator;

import org.archipel.simulator.ServedRequest.End;

/** The Prometheus series that a flavour of engine has. */
final class MetricsText {
  private static final int BLOCK = 16;

  private final EngineState state;
  private final EngineCounters now;
  private final StringBuilder out = new StringBuilder(4096);

  MetricsText(EngineState state) {
    this.state = state;
    this.now = state.counters.snapshot(state.batch.waiting());
  }

  String vllm() {
    String labels = "engine=\"0\",model_name=\"" + modelName() + "\"";
    int waiting = state.batch.waiting();
    gauge("vllm:num_requests_running", labels, state.batch.running());
    gauge("vllm:num_requests_waiting", labels, waiting);
    String byReason = "vllm:num_requests_waiting_by_reason";
    gauge(byReason, labels + ",reason=\"capacity\"", waiting);
    sample(byReason, labels + ",reason=\"deferred\"", 0);
    gauge("vllm:kv_cache_usage_perc", labels, state.kvUsage());
    String blocks =
        ",block_size=\"" + BLOCK + "\",num_gpu_blocks=\"" + state.kvTokens() / BLOCK + "\"";
    gauge("vllm:cache_config_info", labels + blocks, 1);
    // Never: one that was admitted has room to its end.
    counter("vllm:num_preemptions_total", labels, 0);
    counter("vllm:prompt_tokens_total", labels, now.promptTokens());
    counter("vllm:prompt_tokens_cached_total", labels, state.counters.cachedTokens.sum());
    counter("vllm:generation_tokens_total", labels, now.tokens());
    counter("vllm:prefix_cache_queries_total", labels, now.promptTokens());
    counter("vllm:prefix_cache_hits_total", labels, state.counters.cachedTokens.sum());
    long aborted = now.cancelled() + now.failed();
    String success = "vllm:request_success_total";
    counter(success, labels + ",finished_reason=\"stop\"", state.counters.ended(End.COMPLETED));
    sample(success, labels + ",finished_reason=\"abort\"", aborted);
    state.counters.firstTokenTime.write(out, "vllm:time_to_first_token_seconds", labels);
    state.counters.interTokenTime.write(out, "vllm:inter_token_latency_seconds", labels);
    state.counters.requestTime.write(out, "vllm:e2e_request_latency_seconds", labels);
    return out.toString();
  }

  String sglang() {
    String labels = "model_name=\"" + modelName() + "\"";
    gauge("sglang:num_running_reqs", labels, state.batch.running());
    gauge("sglang:num_queue_reqs", labels, state.batch.waiting());
    gauge("sglang:token_usage", labels, state.kvUsage());
    gauge("sglang:full_token_usage", labels, state.kvUsage());
    String pages = ",page_size=\"1\",num_pages=\"" + state.kvTokens() + "\"";
    gauge("sglang:cache_config_info", labels + pages, 1);
    // No request is ever taken out again: one that was admitted has room to its end.
    counter("sglang:num_retracted_requests_total", labels, 0);
    counter("sglang:prompt_tokens_total", labels, now.promptTokens());
    counter("sglang:generation_tokens_total", labels, now.tokens());
    counter("sglang:cached_tokens_total", labels, state.counters.cachedTokens.sum());
    state.counters.firstTokenTime.write(out, "sglang:time_to_first_token_seconds", labels);
    return out.toString();
  }

  String llamacpp() {
    gauge("llamacpp:requests_processing", "", state.batch.running());
    gauge("llamacpp:requests_deferred", "", state.batch.waiting());
    counter("llamacpp:prompt_tokens_total", "", now.promptTokens());
    counter("llamacpp:tokens_predicted_total", "", now.tokens());
    return out.toString();
  }

  private String modelName() {
    String name = state.options.models().get(0).name();
    return name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private void gauge(String name, String labels, Number value) {
    out.append("# TYPE ").append(name).append(" gauge\n");
    sample(name, labels, value);
  }

  private void counter(String name, String labels, Number value) {
    out.append("# TYPE ").append(name).append(" counter\n");
    sample(name, labels, value);
  }

  private void sample(String name, String labels, Number value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }
}
