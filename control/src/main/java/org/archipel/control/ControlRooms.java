package org.archipel.control;

import org.archipel.directory.Directory;
import org.archipel.engines.ModelCatalog;
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
 * @param quotas how much callers may use
 */
public record ControlRooms(
    Database database,
    AuditLog audit,
    Directory directory,
    UsageLedger ledger,
    ModelCatalog catalog,
    QuotaRooms quotas) {}
