package org.archipel.engines;

import java.time.Instant;
import java.util.Optional;

/**
 * How an engine is, as last seen.
 *
 * @param up whether it answers and serves its model
 * @param draining whether an operator keeps new requests from it; those that run there go on
 * @param since when {@code up} last changed
 * @param problem why it is down, in words an operator can act on
 * @param capabilities what the last good probe found
 */
public record EngineStatus(
    boolean up,
    boolean draining,
    Instant since,
    Optional<String> problem,
    Capabilities capabilities) {

  /** An engine that nobody drains. */
  public EngineStatus(
      boolean up, Instant since, Optional<String> problem, Capabilities capabilities) {
    this(up, false, since, problem, capabilities);
  }

  /** Whether new requests may go there. */
  public boolean takesRequests() {
    return up && !draining;
  }

  EngineStatus withDraining(boolean changed) {
    return new EngineStatus(up, changed, since, problem, capabilities);
  }
}
