package org.archipel.control;

import java.util.Optional;
import org.archipel.directory.Directory;
import org.archipel.engines.ModelCatalog;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.ledger.UsageLedger;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/**
 * The rooms that the control listener shows and changes.
 *
 * @param database for what the listener itself keeps
 * @param audit who changed what
 * @param directory organizations, projects, keys
 * @param ledger what was used
 * @param catalog models and the state of their engines
 * @param capacity engines that are added while the site runs, and the census
 * @param quotas how much callers may use
 * @param federation whom this site trusts, when it takes part in one
 * @param peers what it does with those
 */
public record ControlRooms(
    Database database,
    AuditLog audit,
    Directory directory,
    UsageLedger ledger,
    ModelCatalog catalog,
    CapacityRooms capacity,
    QuotaRooms quotas,
    Optional<TrustRoom> federation,
    Optional<Peers> peers) {}
