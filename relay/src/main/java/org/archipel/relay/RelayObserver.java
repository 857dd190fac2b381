package org.archipel.relay;

/**
 * Sees every request that a relay has settled, for metrics. Called on event loops, once for each
 * request that leaves a usage record, also when the journal did not take it; must neither block nor
 * throw, and should take less than a microsecond. Thread-safe.
 */
@FunctionalInterface
public interface RelayObserver {
  /** Looks away. */
  RelayObserver NONE = _ -> {};

  /** A request is over. */
  void settled(SettledRequest request);
}
