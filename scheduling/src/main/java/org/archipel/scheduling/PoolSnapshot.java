package org.archipel.scheduling;

import java.util.List;

/**
 * A pool as it is at one moment, for people and metrics. Immutable.
 *
 * @param saturation how full the pool is, weighted by speed, 0 to 1 and a little over
 * @param flows the flows that wait or ran lately
 * @param engines the engines that were ever up
 * @param counters what happened since the pool was made
 * @param peers other sites that ever offered something for the model
 */
public record PoolSnapshot(
    double saturation,
    List<FlowSnapshot> flows,
    List<EngineSnapshot> engines,
    PoolCounters counters,
    List<PeerSnapshot> peers) {

  /** The picture of a pool that knows no other sites. */
  public PoolSnapshot(
      double saturation,
      List<FlowSnapshot> flows,
      List<EngineSnapshot> engines,
      PoolCounters counters) {
    this(saturation, flows, engines, counters, List.of());
  }
}
