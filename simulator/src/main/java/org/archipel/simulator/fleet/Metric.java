package org.archipel.simulator.fleet;

import java.util.Locale;

/** What a simulation measures, for the whole fleet, an organization or a class. */
public enum Metric {
  /** Requests that arrived in the measured time. */
  OFFERED(Unit.COUNT),
  /** Those of them that were answered to the end. */
  SERVED(Unit.COUNT),
  REFUSED_FULL(Unit.COUNT),
  REFUSED_PREDICTED(Unit.COUNT),
  /** Dropped from the queue because their deadline could no longer be met. */
  EXPIRED(Unit.COUNT),
  NO_ENGINE(Unit.COUNT),
  /** Still under way when the simulation ended. */
  UNFINISHED(Unit.COUNT),
  /** Time to first token; one that never came counts as the time until the simulation's end. */
  TTFT_P50(Unit.SECONDS),
  TTFT_P95(Unit.SECONDS),
  TTFT_P99(Unit.SECONDS),
  /** Mean over requests of the mean time between tokens. */
  ITL_MEAN(Unit.SECONDS),
  /** Share of the offered requests that were served within the objective. */
  GOODPUT(Unit.SHARE),
  /** Those a second. */
  GOODPUT_PER_SECOND(Unit.RATE),
  /** Uncached prompt tokens + 0.1 x cached + 4 x generated, a second. */
  SERVICE_PER_SECOND(Unit.RATE),
  /** Of all service. */
  SERVICE_SHARE(Unit.SHARE),
  /** Share of the prompt tokens of started requests that were in the engine's cache. */
  PREFIX_HIT(Unit.SHARE),
  /** Jain's index of service over weight in windows of 10 s, among organizations backlogged. */
  JAIN(Unit.SHARE),
  /** Largest difference of service over weight between two organizations while both backlogged. */
  SERVICE_GAP(Unit.COUNT),
  /** What start-time fair queueing promises for that difference. */
  SERVICE_GAP_BOUND(Unit.COUNT),
  /** External demands started while an eligible local one waited: must be 0. */
  LOCALITY_INVERSIONS(Unit.COUNT),
  /**
   * Requests that were served at another site than their own, also outside of the measured time.
   */
  OVERFLOWED(Unit.COUNT),
  /** Times that another site did not take one. */
  SENT_BACK(Unit.COUNT),
  /** Share of time in which engines computed, weighted by their speed. */
  UTILIZATION(Unit.SHARE),
  /** Refusals with advice to come back of which the true wait is known. */
  ADVICES(Unit.COUNT),
  /** Share of them within 30 % of the true wait. */
  ADVICE_RIGHT(Unit.SHARE),
  /** Share of them within 30 % or half a second of it. */
  ADVICE_CLOSE(Unit.SHARE);

  /** How a value reads. */
  public enum Unit {
    COUNT,
    SECONDS,
    SHARE,
    RATE
  }

  private final Unit unit;

  Metric(Unit unit) {
    this.unit = unit;
  }

  public Unit unit() {
    return unit;
  }

  /** Its name in files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
