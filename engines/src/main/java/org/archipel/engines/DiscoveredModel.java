package org.archipel.engines;

import java.util.OptionalInt;

/**
 * A model that was found at an engine.
 *
 * @param name its name there
 * @param kind what it is for: as the engine says, else guessed from the name
 * @param contextWindow in tokens, when the engine says so
 */
public record DiscoveredModel(String name, ModelKind kind, OptionalInt contextWindow) {}
