package org.archipel.control;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineListener;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;

/** One model on an engine that is up and one that is down. */
final class FixedCatalog implements ModelCatalog {
  private static final ModelSpec MODEL =
      new ModelSpec(
          "mistral-small",
          List.of("small"),
          ModelKind.CHAT,
          OptionalInt.empty(),
          List.of(engine("gpu1"), engine("gpu2")));

  private static EngineSpec engine(String id) {
    return new EngineSpec(
        id,
        URI.create("http://" + id + ":8000"),
        EngineType.VLLM,
        Optional.of("mistralai/Small"),
        Optional.of("sk-engine-secret"),
        Optional.empty(),
        "univ-rennes",
        Optional.of(new Hardware("l40s", 2)),
        8);
  }

  @Override
  public Optional<ModelSpec> find(String nameOrAlias) {
    return Optional.of(MODEL)
        .filter(m -> m.id().equals(nameOrAlias) || m.aliases().contains(nameOrAlias));
  }

  @Override
  public List<ModelSpec> models() {
    return List.of(MODEL);
  }

  @Override
  public OptionalInt contextWindow(String model) {
    return OptionalInt.of(32768);
  }

  @Override
  public Optional<EngineStatus> status(String model, String engine) {
    boolean up = engine.equals("gpu1");
    return Optional.of(
        new EngineStatus(
            up,
            RunningControl.NOW,
            up ? Optional.empty() : Optional.of("connection refused: is it running?"),
            up
                ? new Capabilities(
                    Optional.of("0.30.1"), OptionalInt.of(32768), OptionalInt.empty(), true)
                : Capabilities.UNKNOWN));
  }

  @Override
  public void subscribe(EngineListener listener) {}

  @Override
  public void unreachable(String model, String engine, String problem) {}
}
