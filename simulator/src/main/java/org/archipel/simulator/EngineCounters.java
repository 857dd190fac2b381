package org.archipel.simulator;

/**
 * What an engine has done since it started, at one moment.
 *
 * <p>Only requests for inference count, not health checks, metrics or the list of models. {@code
 * started = completed + cancelled + failed + running + waiting} once nothing is in flight between
 * two of them; {@code refused} ones (unknown model, bad body) never start.
 *
 * @param started requests accepted
 * @param completed requests whose whole answer was written to the socket
 * @param cancelled requests whose peer closed the connection before the end
 * @param failed requests that a fault ended
 * @param refused requests answered 4xx before they started
 * @param running requests in the engine now
 * @param waiting requests queued inside the engine now
 * @param openConnections TCP connections now
 * @param completedPromptTokens prompt tokens of completed requests
 * @param completedTokens completion tokens of completed requests
 * @param promptTokens prompt tokens of all ended requests
 * @param tokens completion tokens of all ended requests, as far as they had come
 */
public record EngineCounters(
    long started,
    long completed,
    long cancelled,
    long failed,
    long refused,
    long running,
    long waiting,
    long openConnections,
    long completedPromptTokens,
    long completedTokens,
    long promptTokens,
    long tokens) {}
