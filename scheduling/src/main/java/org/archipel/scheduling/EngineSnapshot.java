package org.archipel.scheduling;

/**
 * An engine at one moment, as its pool sees it.
 *
 * @param engine its id
 * @param owner the organization that owns it
 * @param state whether demands are started on it
 * @param running permits that are out
 * @param limit how many may be, as adapted
 * @param tokens tokens that those may hold in its KV cache
 * @param tokenLimit how many that may be, 0 when unknown
 * @param saturation how full it is: the larger of the two shares
 * @param prefillTokensPerSecond its speed as learned
 * @param interTokenSeconds the time between two tokens at the present batch, as learned
 * @param loadAgeNanos how long ago it reported its load, -1 when never
 */
public record EngineSnapshot(
    String engine,
    String owner,
    State state,
    int running,
    int limit,
    long tokens,
    long tokenLimit,
    double saturation,
    double prefillTokensPerSecond,
    double interTokenSeconds,
    long loadAgeNanos) {

  /** Whether demands are started on an engine. */
  public enum State {
    /** Yes. */
    UP,
    /** It failed too often: a single trial now and then. */
    BREAKER_OPEN,
    /** No. */
    DOWN
  }
}
