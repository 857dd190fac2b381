package org.archipel.control;

import java.time.Clock;
import org.archipel.directory.Directory;
import org.archipel.engines.ModelCatalog;
import org.archipel.ledger.UsageLedger;

/**
 * The rooms that the control listener shows and changes. It closes none of them.
 *
 * @param directory organizations, projects, keys
 * @param ledger what was used
 * @param catalog models and the state of their engines
 * @param site what the site says of itself
 * @param state how the site is
 * @param clock the time
 */
public record ControlParts(
    Directory directory,
    UsageLedger ledger,
    ModelCatalog catalog,
    SiteFacts site,
    SiteState state,
    Clock clock) {}
