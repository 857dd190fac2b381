package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import org.archipel.ledger.UsageLedger;

/** Tells whether accounts are written down, and how far the store is behind. Thread-safe. */
final class LedgerMeters {
  private static final Family LAG =
      Family.of("journal_lag_records", "Durable usage records that are not in the store yet.");
  private static final Family BYTES =
      Family.of("journal_bytes", "Bytes of the journal on the disk.");
  private static final Family HEALTHY =
      Family.of("journal_healthy", "1 while records can be made durable, else 0.");
  private static final Family STORE =
      Family.of("ledger_store_up", "1 when the store took the last records, else 0.");

  private final UsageLedger ledger;

  LedgerMeters(UsageLedger ledger) {
    this.ledger = ledger;
  }

  void writeTo(Scrape scrape) {
    scrape.gauge(LAG, ledger.unshipped(), Labels.EMPTY);
    scrape.gauge(BYTES, ledger.journalBytes(), Labels.EMPTY);
    scrape.gauge(HEALTHY, ledger.journal().healthy() ? 1 : 0, Labels.EMPTY);
    scrape.gauge(STORE, ledger.storeUp() ? 1 : 0, Labels.EMPTY);
  }
}
