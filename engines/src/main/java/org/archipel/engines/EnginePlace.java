package org.archipel.engines;

/**
 * One engine as it serves one model.
 *
 * @param model the model's id
 * @param engine the engine's id
 */
record EnginePlace(String model, String engine) {}
