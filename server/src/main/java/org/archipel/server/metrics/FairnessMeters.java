package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import org.archipel.scheduling.ForecastErrors;
import org.archipel.scheduling.PoolFairness;
import org.archipel.scheduling.PoolSnapshot;

/**
 * Tells how evenly pools serve, and how well they foresee. What comes too late for a label of its
 * own is left out: a ratio of several together would mean nothing. Thread-safe.
 */
final class FairnessMeters {
  private static final Family JAIN =
      Family.of("jain_index", "How evenly those are served who compete: 1 is fair.");
  private static final Family RATIO =
      Family.of("service_share_ratio", "What an organization received of its share: 1 is fair.");
  private static final Family GAP =
      Family.of(
          "max_service_gap_units",
          "Largest difference of service over weight between two that wait, in tokens.");
  private static final Family BOUND =
      Family.of("service_gap_bound_units", "What fair queueing promises for the largest gap.");
  private static final Family FORECAST =
      Family.of("predicted_wait_error_seconds", "How wrong forecasts of waits were.");

  private final LabelCap<Owed> shareCap = new LabelCap<>(LabelCap.USUAL);
  private final LabelCap<String> modelCap = new LabelCap<>(LabelCap.USUAL);

  /** Whose share of which pool. */
  record Owed(String organization, String model) {
    private static final Owed OTHER = new Owed(LabelCap.OTHER, LabelCap.OTHER);

    Labels labels() {
      return Labels.of("org", organization, "model", model);
    }
  }

  void writeTo(Scrape scrape, Map<String, PoolSnapshot> pools) {
    pools.forEach(
        (model, pool) -> {
          if (!modelCap.admit(model, LabelCap.OTHER).equals(model)) {
            return;
          }
          PoolFairness fairness = pool.fairness();
          Labels labels = Labels.of("model", model);
          scrape.gauge(GAP, fairness.gap(), labels);
          scrape.gauge(BOUND, fairness.gapBound(), labels);
          if (!fairness.shares().isEmpty()) {
            scrape.gauge(JAIN, fairness.jainMinute(), labels.add("window", "1m"));
            scrape.gauge(JAIN, fairness.jainQuarter(), labels.add("window", "15m"));
          }
          fairness.shares().forEach(share -> share(scrape, model, share));
          ForecastErrors forecasts = pool.forecasts();
          scrape.histogram(
              FORECAST, ForecastErrors.BOUNDS, forecasts.counts(), forecasts.seconds(), labels);
        });
  }

  private void share(Scrape scrape, String model, PoolFairness.Received share) {
    Owed own = new Owed(share.organization(), model);
    if (shareCap.admit(own, Owed.OTHER).equals(own)) {
      scrape.gauge(RATIO, share.minute(), own.labels().add("window", "1m"));
      scrape.gauge(RATIO, share.quarter(), own.labels().add("window", "15m"));
    }
  }
}
