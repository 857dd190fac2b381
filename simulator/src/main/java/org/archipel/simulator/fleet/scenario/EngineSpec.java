package org.archipel.simulator.fleet.scenario;

/**
 * One simulated engine.
 *
 * @param id unique in the scenario
 * @param owner the organization that owns it; may be one that asks for nothing
 * @param model what it is
 */
public record EngineSpec(String id, String owner, EngineModel model) {}
