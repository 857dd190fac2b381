package org.archipel.engines;

import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.EngineSpeed;

/** What a pool is told of an engine: what was declared of it, joined with what it reports. */
public final class EngineProfiles {
  private EngineProfiles() {}

  /**
   * The engine as its pool sees it. A declared limit stands, but never above what the engine says
   * it runs at once; without one, what the engine says is the limit, else the default of its type
   * (scheduling.md §5.3). Its speed is that of its hardware until it is measured.
   */
  public static EngineProfile of(EngineSpec engine, Capabilities capabilities) {
    int most = engine.maxConcurrency();
    if (capabilities.slots().isPresent()) {
      int slots = capabilities.slots().getAsInt();
      most = engine.declaredConcurrency().isPresent() ? Math.min(most, slots) : slots;
    }
    boolean slots = engine.type() == EngineType.LLAMACPP || engine.type() == EngineType.OLLAMA;
    return new EngineProfile(
        engine.id(),
        engine.owner(),
        new EngineCapacity(Math.max(1, most), capabilities.kvTokens().orElse(0), slots),
        engine.hardware().map(HardwareSpeeds::of).orElse(EngineSpeed.UNKNOWN),
        engine.labels());
  }
}
