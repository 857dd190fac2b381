package org.archipel.server.demo;

import java.net.URI;
import java.nio.file.Path;
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
import org.archipel.server.FirstKey;
import org.archipel.server.config.Config;
import org.archipel.server.config.EngineConfig;
import org.archipel.server.config.EnginesConfig;
import org.archipel.server.config.ListenConfig;
import org.archipel.server.config.ModelConfig;
import org.archipel.simulator.DemoEngines;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;

/**
 * The simulated engines of the demonstration while they run, and the configuration of a site on
 * them. Closing stops the engines.
 */
public final class Demo implements AutoCloseable {
  private final List<SimulatedEngine> engines;

  private Demo(List<SimulatedEngine> engines) {
    this.engines = engines;
  }

  /** Starts engines of unequal speed on free ports of the loopback interface. */
  public static Demo start() {
    List<SimulatedEngine> started = new ArrayList<>();
    Demo demo = new Demo(started);
    try {
      DemoEngines.fleet().forEach(options -> started.add(SimulatedEngine.start(options)));
      return demo;
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
  }

  /**
   * A site on the simulated engines, and on real ones that were found.
   *
   * @param real base URLs of engines that run on this machine anyway
   */
  public Config config(ListenConfig listen, Path data, List<URI> real) {
    Map<String, List<EngineConfig>> byModel = new LinkedHashMap<>();
    Map<String, OptionalInt> windows = new LinkedHashMap<>();
    for (SimulatedEngine engine : engines) {
      for (SimulatedModel model : engine.options().models()) {
        windows.putIfAbsent(model.name(), OptionalInt.of(model.contextWindow()));
        byModel.computeIfAbsent(model.name(), _ -> new ArrayList<>()).add(spec(engine));
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
    return Config.of(listen, data, List.of()).withEngines(new EnginesConfig(described, real));
  }

  /** The id says in every answer and account that nothing real ran there. */
  private static EngineConfig spec(SimulatedEngine engine) {
    SimulatedEngineOptions options = engine.options();
    String device = options.timing().device();
    return new EngineConfig(
        new EngineSpec(
            "simulated-" + device,
            engine.url(),
            EngineType.of(options.flavour().word()).orElse(EngineType.OPENAI),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            FirstKey.ORGANIZATION,
            Optional.of(new Hardware(device, 1)),
            options.maxConcurrency()));
  }

  @Override
  public void close() {
    engines.forEach(SimulatedEngine::close);
  }
}
