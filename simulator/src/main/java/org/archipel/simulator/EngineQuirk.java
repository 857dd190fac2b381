package org.archipel.simulator;

/** What some real servers do and a gateway must live with. */
public enum EngineQuirk {
  /** Embeddings are float lists even when base64 was asked for. */
  IGNORES_ENCODING_FORMAT,
  /** Answers 400 "body missing" to a request that offers h2c, as uvicorn does (uvicorn #2722). */
  LOSES_BODY_ON_H2C,
  /** No stream reports usage, whatever was asked for. */
  NO_STREAM_USAGE,
  /** Cached prompt tokens are not reported (vLLM without --enable-prompt-tokens-details). */
  NO_CACHED_TOKENS
}
