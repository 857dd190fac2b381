package org.archipel.scheduling;

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
