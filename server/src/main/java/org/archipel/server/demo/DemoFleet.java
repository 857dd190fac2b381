package org.archipel.server.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelKind;
import org.archipel.server.config.EngineConfig;
import org.archipel.server.config.ModelConfig;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;

/** Simulated engines while they run, and how a site is told of them. Closing stops them. */
public final class DemoFleet implements AutoCloseable {
  private final List<SimulatedEngine> engines;

  private DemoFleet(List<SimulatedEngine> engines) {
    this.engines = engines;
  }

  /** Starts engines on free ports of the loopback interface. */
  public static DemoFleet start(List<SimulatedEngineOptions> wanted) {
    List<SimulatedEngine> started = new ArrayList<>();
    DemoFleet fleet = new DemoFleet(started);
    try {
      wanted.forEach(options -> started.add(SimulatedEngine.start(options)));
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /**
   * The models on them.
   *
   * @param owner whose engines they are
   */
  public List<ModelConfig> models(String owner) {
    Map<String, List<EngineConfig>> byModel = new LinkedHashMap<>();
    Map<String, OptionalInt> windows = new LinkedHashMap<>();
    for (SimulatedEngine engine : engines) {
      for (SimulatedModel model : engine.options().models()) {
        windows.putIfAbsent(model.name(), OptionalInt.of(model.contextWindow()));
        byModel.computeIfAbsent(model.name(), _ -> new ArrayList<>()).add(spec(engine, owner));
      }
    }
    List<ModelConfig> described = new ArrayList<>();
    byModel.forEach(
        (name, served) ->
            described.add(
                new ModelConfig(
                    name,
                    List.of(),
                    ModelKind.CHAT,
                    windows.getOrDefault(name, OptionalInt.empty()),
                    served)));
    return described;
  }

  /** The id says in every answer and account that nothing real ran there. */
  static String id(SimulatedEngine engine) {
    return "simulated-" + engine.options().timing().device();
  }

  private static EngineConfig spec(SimulatedEngine engine, String owner) {
    SimulatedEngineOptions options = engine.options();
    String device = options.timing().device();
    return new EngineConfig(
        new EngineSpec(
            id(engine),
            engine.url(),
            EngineType.of(options.flavour().word()).orElse(EngineType.OPENAI),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            owner,
            Optional.of(new Hardware(device, 1)),
            options.maxConcurrency()));
  }

  List<SimulatedEngine> engines() {
    return List.copyOf(engines);
  }

  @Override
  public void close() {
    engines.forEach(SimulatedEngine::close);
  }
}
