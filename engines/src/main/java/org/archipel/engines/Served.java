package org.archipel.engines;

import java.util.List;

/**
 * A model that an engine was seen to serve.
 *
 * @param model its id here
 * @param kind what it is for, if nobody configured it
 * @param aliases its other names, if nobody configured it
 * @param engine how to reach it
 * @param capabilities what the engine can do
 */
record Served(
    String model,
    ModelKind kind,
    List<String> aliases,
    EngineSpec engine,
    Capabilities capabilities) {}
