package org.archipel.server;

import java.security.SecureRandom;
import java.time.Clock;
import org.archipel.control.QuotaRooms;
import org.archipel.directory.quota.Events;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.directory.quota.Quotas;
import org.archipel.ledger.UsageLedger;
import org.archipel.server.config.Config;
import org.archipel.server.metrics.QuotaMeters;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/**
 * The parts of a site that know how much callers may use.
 *
 * @param gate asked for each request
 * @param quotas what people set
 * @param events what somebody should know of
 */
record QuotaRoom(QuotaGate gate, Quotas quotas, Events events) {

  /**
   * Opens them, with all that earlier processes used: to be done before the first request.
   *
   * @param closing closes what has to be closed
   */
  static QuotaRoom open(
      Config config,
      Database database,
      AuditLog audit,
      UsageLedger ledger,
      Clock clock,
      Closing closing) {
    QuotaGate gate = new QuotaGate(clock, System::nanoTime);
    Quotas quotas = new Quotas(database, audit, gate, clock);
    closing.add(EarlierUse.load(quotas, new LedgerConsumption(ledger), clock));
    Events.Audience audience =
        new Events.Audience(config.site().id(), config.limits().quotas().webhooks());
    Events events = closing.add(new Events(database, gate, audience, clock, new SecureRandom()));
    return new QuotaRoom(gate, quotas, events);
  }

  QuotaRooms shown() {
    return new QuotaRooms(quotas, events);
  }

  QuotaMeters meters() {
    return new QuotaMeters(gate, events);
  }
}
