package org.archipel.scheduling;

import java.util.Arrays;

/** What happened in a pool, counted. Not thread-safe. */
final class Tally {
  long dispatched;
  long rejectedFull;
  long rejectedPredicted;
  long expired;
  long noCredit;
  long noEngine;
  long withdrawn;
  long agingPromotions;
  long localityInversions;
  long pushbacks;
  long prefixPredicted;
  long prefixActual;
  long promptTokens;
  private final long[] forecastErrors = new long[ForecastErrors.BOUNDS.size() + 1];
  private double forecastErrorSeconds;

  /** A demand started for which a wait was forecast, if one was. */
  void waited(double forecast, double seconds) {
    if (forecast < 0) {
      return;
    }
    double error = Math.abs(forecast - seconds);
    int bucket = 0;
    while (bucket < ForecastErrors.BOUNDS.size() && error > ForecastErrors.BOUNDS.get(bucket)) {
      bucket++;
    }
    forecastErrors[bucket]++;
    forecastErrorSeconds += error;
  }

  ForecastErrors forecasts() {
    return new ForecastErrors(Arrays.stream(forecastErrors).boxed().toList(), forecastErrorSeconds);
  }

  void refused(Refusal.Reason reason) {
    switch (reason) {
      case NO_ENGINE -> noEngine++;
      case QUEUE_FULL -> rejectedFull++;
      case PREDICTED_WAIT -> rejectedPredicted++;
      case DEADLINE_PASSED -> expired++;
      case NO_CREDIT -> noCredit++;
    }
  }

  PoolCounters counters(long bypassed, EngineTable engines) {
    long increases = 0;
    long decreases = 0;
    for (Engine engine : engines.all()) {
      increases += engine.increases();
      decreases += engine.decreases();
    }
    return new PoolCounters(
        dispatched,
        rejectedFull,
        rejectedPredicted,
        expired,
        noEngine,
        withdrawn,
        bypassed,
        agingPromotions,
        localityInversions,
        pushbacks,
        increases,
        decreases,
        prefixPredicted,
        prefixActual,
        promptTokens,
        noCredit);
  }
}
