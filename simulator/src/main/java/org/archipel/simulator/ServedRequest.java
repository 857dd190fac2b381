package org.archipel.simulator;

/**
 * What an engine did for one request, for a test to reconcile a ledger with.
 *
 * @param requestId the value of {@code x-request-id}
 * @param route the path asked for
 * @param model the model's name
 * @param promptTokens tokens of the prompt
 * @param cachedTokens those of them found in the prefix cache
 * @param completionTokens tokens produced, also when nobody was there to read them
 * @param end how it ended
 */
public record ServedRequest(
    String requestId,
    String route,
    String model,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    End end) {

  /** How a request ended. */
  public enum End {
    COMPLETED,
    CANCELLED,
    FAILED
  }

  /** Whether the whole answer was written to the socket. */
  public boolean completed() {
    return end == End.COMPLETED;
  }
}
