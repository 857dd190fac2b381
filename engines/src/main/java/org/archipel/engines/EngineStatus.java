package org.archipel.engines;

import java.time.Instant;
import java.util.Optional;

/**
 * How an engine is, as last seen.
 *
 * @param up whether requests may go there
 * @param since when {@code up} last changed
 * @param problem why it is down, in words an operator can act on
 * @param capabilities what the last good probe found
 */
public record EngineStatus(
    boolean up, Instant since, Optional<String> problem, Capabilities capabilities) {}
