package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;

/** Counts requests that crossed between sites. Thread-safe, without locks once warm. */
final class SpillMeters {
  private static final Family SPILLS =
      Family.of("spill", "Requests that crossed between sites, when they are over.");

  private final Map<Crossed, LongAdder> counts = new ConcurrentHashMap<>();
  private final LabelCap<Crossed> cap = new LabelCap<>(LabelCap.USUAL);

  /** From where to where, and how it ended. */
  private record Crossed(String from, String to, UsageOutcome outcome) {}

  void settled(UsageRecord record) {
    crossed(record)
        .ifPresent(
            crossed -> {
              Crossed other = new Crossed(LabelCap.OTHER, LabelCap.OTHER, crossed.outcome);
              counts
                  .computeIfAbsent(cap.admit(crossed, other), added -> new LongAdder())
                  .increment();
            });
  }

  private static Optional<Crossed> crossed(UsageRecord record) {
    if (record.origin().isPresent()) {
      return Optional.of(
          new Crossed(record.origin().get().site(), record.site(), record.outcome()));
    }
    return record.servedBy().map(site -> new Crossed(record.site(), site, record.outcome()));
  }

  void writeTo(Scrape scrape) {
    counts.forEach(
        (crossed, count) ->
            scrape.counter(
                SPILLS,
                count.sum(),
                Labels.of(
                    "from",
                    crossed.from,
                    "to",
                    crossed.to,
                    "outcome",
                    crossed.outcome.name().toLowerCase(Locale.ROOT))));
  }
}
