package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tokens to report.
 *
 * @param prompt of the prompt
 * @param cached those of them found in the prefix cache
 * @param completion of the answer, so far
 * @param showsCached whether the engine reports cached ones
 */
record Usage(int prompt, int cached, int completion, boolean showsCached) {

  Usage withCompletion(int tokens) {
    return new Usage(prompt, cached, tokens, showsCached);
  }

  /** As chat completions report it. */
  ObjectNode openAi() {
    ObjectNode usage =
        Wire.object()
            .put("prompt_tokens", prompt)
            .put("total_tokens", prompt + completion)
            .put("completion_tokens", completion);
    if (showsCached) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    } else {
      usage.putNull("prompt_tokens_details");
    }
    return usage;
  }

  /** As the Responses API reports it, every required detail included. */
  ObjectNode responses() {
    ObjectNode usage =
        Wire.object()
            .put("input_tokens", prompt)
            .put("output_tokens", completion)
            .put("total_tokens", prompt + completion);
    usage
        .putObject("input_tokens_details")
        .put("cached_tokens", showsCached ? cached : 0)
        .put("cache_write_tokens", 0);
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    return usage;
  }

  /** As Anthropic's Messages report it: input tokens are those not read from the cache. */
  ObjectNode anthropic() {
    int read = showsCached ? cached : 0;
    return Wire.object()
        .put("input_tokens", prompt - read)
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", read)
        .put("output_tokens", completion);
  }
}
