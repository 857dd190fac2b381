package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import org.archipel.directory.quota.Events;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.QuotaKind;
import org.archipel.directory.quota.QuotaLevel;

/** How often quotas said no, and what they hold. Labels are words of ours only. Thread-safe. */
public final class QuotaMeters {
  private static final Family REFUSALS =
      Family.of("quota_refusals", "Requests that a quota refused, by its level and its limit.");
  private static final Family HELD =
      Family.of("quota_reservations", "Requests for which quotas hold what they may use.");
  private static final Family EVENTS =
      Family.of("quota_events", "Budgets that came to 80 % or to their end.");
  private static final Family WEBHOOKS =
      Family.of("quota_webhook_calls", "Attempts to tell a webhook of an event, by outcome.");

  private final QuotaGate gate;
  private final Events events;

  /** Of a site's quotas. */
  public QuotaMeters(QuotaGate gate, Events events) {
    this.gate = gate;
    this.events = events;
  }

  void writeTo(Scrape scrape) {
    for (QuotaLevel level : QuotaLevel.values()) {
      for (QuotaKind kind : QuotaKind.values()) {
        long count = gate.refusals(level, kind);
        if (count > 0) {
          Labels labels = Labels.of("level", level.word(), "reason", kind.word());
          scrape.counter(REFUSALS, count, labels);
        }
      }
    }
    scrape.gauge(HELD, gate.open(), Labels.EMPTY);
    scrape.counter(EVENTS, events.noticed(), Labels.EMPTY);
    scrape.counter(WEBHOOKS, events.delivered(), Labels.of("outcome", "delivered"));
    scrape.counter(WEBHOOKS, events.failed(), Labels.of("outcome", "failed"));
  }
}
