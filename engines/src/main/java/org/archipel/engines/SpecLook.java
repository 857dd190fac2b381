package org.archipel.engines;

import java.util.List;

/** Looks whether a configured engine serves its model. */
final class SpecLook implements EngineWatch.Look {
  private final EngineProbe probe;
  private final ModelSpec model;
  private final EngineSpec engine;
  private Findings previous = Findings.NONE;

  SpecLook(EngineProbe probe, ModelSpec model, EngineSpec engine) {
    this.probe = probe;
    this.model = model;
    this.engine = engine;
  }

  @Override
  public List<Served> look() throws EngineProblemException, InterruptedException {
    Findings before = previous;
    // Forgotten when this look fails: what comes back may be another version.
    previous = Findings.NONE;
    EngineProbe.Examination seen = probe.examine(model.id(), engine, before);
    previous = seen.findings();
    return List.of(
        new Served(model.id(), model.kind(), model.aliases(), engine, seen.capabilities()));
  }
}
