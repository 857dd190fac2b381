package org.archipel.acceptance;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that the engine does not serve, with the answer that says so. */
final class LlamaRefusal extends RuntimeException {
  private final int status;
  private final transient ObjectNode body;

  LlamaRefusal(int status, String type, String message) {
    this(status, LlamaEngine.error(status, type, message), message);
  }

  private LlamaRefusal(int status, ObjectNode body, String message) {
    super(message);
    this.status = status;
    this.body = body;
  }

  static LlamaRefusal invalid(String message) {
    return new LlamaRefusal(400, "invalid_request_error", message);
  }

  static LlamaRefusal unsupported(String what, String how) {
    return new LlamaRefusal(
        501,
        "not_supported_error",
        "This server does not support %s. Start it %s `--embeddings`".formatted(what, how));
  }

  static LlamaRefusal contextExceeded(int tokens, int context) {
    String message =
        "the request exceeds the available context size: %d tokens (expected: < %d)"
            .formatted(tokens, context);
    ObjectNode body = LlamaEngine.error(400, "exceed_context_size_error", message);
    body.withObject("/error").put("n_prompt_tokens", tokens).put("n_ctx", context);
    return new LlamaRefusal(400, body, message);
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    return body;
  }
}
