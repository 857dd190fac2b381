package org.archipel.acceptance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.archipel.simulator.EngineQuirk;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A site in front of one simulated engine, which runs while a class of tests does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedSite {
  private Optional<SimulatedEngine> engine = Optional.empty();
  private Optional<SiteProcess> site = Optional.empty();
  private String key = "";

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    SimulatedEngine running = SimulatedEngine.start(options());
    engine = Optional.of(running);
    SiteProcess started = SiteProcess.serve(folder, SiteFile.on(running));
    site = Optional.of(started);
    key = started.control().newKey("lab", "tests");
  }

  @AfterAll
  void stop() {
    site.ifPresent(SiteProcess::close);
    engine.ifPresent(SimulatedEngine::close);
  }

  /** What the engine is; embeddings always come as numbers from it, so that the site converts. */
  SimulatedEngineOptions options() {
    return new SimulatedEngineOptions()
        .withQuirks(EngineQuirk.IGNORES_ENCODING_FORMAT, EngineQuirk.LOSES_BODY_ON_H2C)
        .withRememberedRequests()
        .withModels(
            SimulatedModel.chat("chat"),
            SimulatedModel.of("embed", SimulatedModel.Kind.EMBEDDING),
            SimulatedModel.of("listen", SimulatedModel.Kind.TRANSCRIPTION));
  }

  SimulatedEngine engine() {
    return engine.orElseThrow();
  }

  SiteProcess site() {
    return site.orElseThrow();
  }

  String key() {
    return key;
  }

  public SdkTarget target() {
    return new SdkTarget(site().api(), key, "chat", "embed", "listen");
  }
}
