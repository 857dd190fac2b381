package org.archipel.relay;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.archipel.engines.Capabilities;
import org.archipel.engines.EngineListener;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;

/** A catalog of models that never change, on engines that a test takes up and down. */
final class FakeCatalog implements ModelCatalog {
  /** Looking for a model of this name fails, as a defect does. */
  static final String DEFECT = "defect";

  private final List<ModelSpec> models;
  private final Set<String> down = ConcurrentHashMap.newKeySet();
  private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();
  private final List<String> unreachable = new CopyOnWriteArrayList<>();

  FakeCatalog(List<ModelSpec> models) {
    this.models = List.copyOf(models);
  }

  /** The engines that were reported as unreachable. */
  List<String> unreachable() {
    return unreachable;
  }

  void up(String engine) {
    down.remove(engine);
    forEach(
        engine,
        (model, spec) -> listeners.forEach(l -> l.engineUp(model, spec, Capabilities.UNKNOWN)));
  }

  void down(String engine) {
    down.add(engine);
    forEach(engine, (model, spec) -> listeners.forEach(l -> l.engineDown(model, spec.id())));
  }

  @Override
  public Optional<ModelSpec> find(String name) {
    if (name.equals(DEFECT)) {
      throw new IllegalStateException("wanted by a test");
    }
    return models.stream()
        .filter(model -> model.id().equals(name) || model.aliases().contains(name))
        .findFirst();
  }

  @Override
  public List<ModelSpec> models() {
    return models;
  }

  @Override
  public OptionalInt contextWindow(String model) {
    return find(model).map(ModelSpec::contextWindow).orElse(OptionalInt.empty());
  }

  @Override
  public Optional<EngineStatus> status(String model, String engine) {
    boolean up = !down.contains(engine);
    return Optional.of(new EngineStatus(up, Instant.EPOCH, Optional.empty(), Capabilities.UNKNOWN));
  }

  @Override
  public void subscribe(EngineListener listener) {
    listeners.add(listener);
    for (ModelSpec model : models) {
      for (EngineSpec engine : model.engines()) {
        if (!down.contains(engine.id())) {
          listener.engineUp(model.id(), engine, Capabilities.UNKNOWN);
        }
      }
    }
  }

  @Override
  public void unreachable(String model, String engine, String problem) {
    unreachable.add(engine);
  }

  private interface Visitor {
    void visit(String model, EngineSpec engine);
  }

  private void forEach(String engine, Visitor visitor) {
    for (ModelSpec model : models) {
      for (EngineSpec spec : model.engines()) {
        if (spec.id().equals(engine)) {
          visitor.visit(model.id(), spec);
        }
      }
    }
  }
}
