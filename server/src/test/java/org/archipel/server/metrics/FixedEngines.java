package org.archipel.server.metrics;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineListener;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.EngineType;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;

/**
 * One model with engines that are up or down; one whose id says so is drained.
 *
 * @param up the engines by their ids
 */
record FixedEngines(String model, Map<String, Boolean> up) implements ModelCatalog {
  @Override
  public Optional<ModelSpec> find(String nameOrAlias) {
    return Optional.empty();
  }

  @Override
  public List<ModelSpec> models() {
    List<EngineSpec> engines = up.keySet().stream().sorted().map(FixedEngines::spec).toList();
    return List.of(new ModelSpec(model, List.of(), ModelKind.CHAT, OptionalInt.empty(), engines));
  }

  private static EngineSpec spec(String id) {
    return new EngineSpec(
        id,
        URI.create("http://secret-host:8000"),
        EngineType.VLLM,
        Optional.empty(),
        Optional.of("sk-engine-secret"),
        Optional.empty(),
        "univ-rennes",
        Optional.empty(),
        8);
  }

  @Override
  public OptionalInt contextWindow(String name) {
    return OptionalInt.empty();
  }

  @Override
  public Optional<EngineStatus> status(String name, String engine) {
    return Optional.ofNullable(up.get(engine))
        .map(
            is ->
                new EngineStatus(
                    is,
                    engine.endsWith("drained"),
                    Instant.EPOCH,
                    Optional.empty(),
                    Capabilities.UNKNOWN));
  }

  @Override
  public void subscribe(EngineListener listener) {}

  @Override
  public void unreachable(String name, String engine, String problem) {}
}
