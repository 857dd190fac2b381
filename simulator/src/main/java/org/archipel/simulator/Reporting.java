package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an answer reports beside its text.
 *
 * @param atEnd whether a stream of chat completions ends with its usage
 * @param always whether each chunk has the usage so far
 * @param never whether nothing reports usage
 * @param done whether a stream ends with {@code data: [DONE]}
 * @param timings whether llama.cpp's {@code timings} are given
 */
record Reporting(boolean atEnd, boolean always, boolean never, boolean done, boolean timings) {

  static Reporting of(JsonNode body, Faults faults, EngineState state) {
    JsonNode options = body.path("stream_options");
    boolean never = faults.noUsage();
    boolean able = !never && !state.has(EngineQuirk.NO_STREAM_USAGE);
    boolean asked = options.path("include_usage").asBoolean(false);
    boolean continuous = options.path("continuous_usage_stats").asBoolean(false);
    return new Reporting(
        able && asked,
        able && (faults.usageInEveryChunk() || (asked && continuous)),
        never,
        !faults.noDone(),
        state.flavour() == EngineFlavour.LLAMACPP);
  }
}
