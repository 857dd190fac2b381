package org.archipel.scheduling;

/**
 * What an engine reports of its own load. A correction of local accounting, never its replacement.
 *
 * @param running requests that the engine is working on, also those of other gateways
 * @param waiting requests queued inside the engine
 */
public record EngineLoad(int running, int waiting) {}
