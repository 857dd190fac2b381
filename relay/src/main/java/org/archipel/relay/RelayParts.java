package org.archipel.relay;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import org.archipel.directory.KeyRing;
import org.archipel.directory.quota.QuotaGate;
import org.archipel.engines.ModelCatalog;
import org.archipel.ledger.Journal;
import org.archipel.ledger.PriceList;

/**
 * What the relay works with.
 *
 * @param keys who is calling
 * @param models where models run
 * @param journal where usage goes
 * @param recordIds makes the UUIDv7 of each request
 * @param clock for the times in records and answers; durations use {@link System#nanoTime}
 * @param observer sees what was settled
 * @param prices what requests cost
 * @param quotas how much callers may use
 * @param side what is answered beside the API
 * @param peers the way to other sites and from them
 */
public record RelayParts(
    KeyRing keys,
    ModelCatalog models,
    Journal journal,
    Supplier<UUID> recordIds,
    Clock clock,
    RelayObserver observer,
    PriceList prices,
    QuotaGate quotas,
    SideRoutes side,
    PeerGate peers) {}
