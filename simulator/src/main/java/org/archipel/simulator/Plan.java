package org.archipel.simulator;

/**
 * What the engine is going to do for one request.
 *
 * @param requestId the caller's, or empty
 * @param route the path asked for
 * @param model the model's name
 * @param usage tokens of the prompt and of the whole answer
 * @param format how the answer is written
 * @param stream whether it is streamed
 */
record Plan(
    String requestId,
    String route,
    String model,
    Usage usage,
    AnswerFormat format,
    boolean stream) {

  boolean anthropic() {
    return route.startsWith("/v1/messages");
  }
}
