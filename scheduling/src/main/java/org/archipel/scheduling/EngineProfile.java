package org.archipel.scheduling;

/**
 * What a pool is told of an engine when it comes up.
 *
 * @param engine the engine's id
 * @param owner the organization that owns it
 * @param capacity what it can hold
 * @param speed how fast it is expected to be, until it is measured
 */
public record EngineProfile(
    String engine, String owner, EngineCapacity capacity, EngineSpeed speed) {}
