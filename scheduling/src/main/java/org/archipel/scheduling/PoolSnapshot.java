package org.archipel.scheduling;

import java.util.List;

/**
 * A pool as it is at one moment, for people and metrics. Immutable.
 *
 * @param saturation how full the pool is, weighted by speed, 0 to 1 and a little over
 * @param flows the flows that wait or ran lately
 * @param engines the engines that were ever up
 * @param counters what happened since the pool was made
 * @param fairness how evenly those are served who compete
 * @param forecasts by how much forecasts of waits were wrong
 * @param peers other sites that ever offered something for the model
 */
public record PoolSnapshot(
    double saturation,
    List<FlowSnapshot> flows,
    List<EngineSnapshot> engines,
    PoolCounters counters,
    PoolFairness fairness,
    ForecastErrors forecasts,
    List<PeerSnapshot> peers) {

  /** Of a pool that neither shares nor forecasts and knows no other sites. */
  public PoolSnapshot(
      double saturation,
      List<FlowSnapshot> flows,
      List<EngineSnapshot> engines,
      PoolCounters counters) {
    this(saturation, flows, engines, counters, PoolFairness.NONE, ForecastErrors.NONE, List.of());
  }

  /** Of a pool that knows no other sites. */
  public PoolSnapshot(
      double saturation,
      List<FlowSnapshot> flows,
      List<EngineSnapshot> engines,
      PoolCounters counters,
      PoolFairness fairness,
      ForecastErrors forecasts) {
    this(saturation, flows, engines, counters, fairness, forecasts, List.of());
  }
}
