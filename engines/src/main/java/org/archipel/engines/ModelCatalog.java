package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The models of a site and the state of their engines, as the hot path sees them. Thread-safe; all
 * methods answer from memory.
 */
public interface ModelCatalog {
  /** The model of that id or alias. */
  Optional<ModelSpec> find(String nameOrAlias);

  /** All models, in a stable order. The set may grow while engines are discovered. */
  List<ModelSpec> models();

  /** The model's context window: as configured, else the largest that an engine reports. */
  OptionalInt contextWindow(String model);

  /** The engine's state as last seen; empty when the model has no such engine. */
  Optional<EngineStatus> status(String model, String engine);

  /**
   * Hears of engines from now on; those that are up already are reported during the call.
   *
   * @see EngineListener
   */
  void subscribe(EngineListener listener);

  /**
   * A request could not reach the engine: it is taken down at once and probed until it answers.
   *
   * @param problem what happened, in words an operator can act on
   */
  void unreachable(String model, String engine, String problem);
}
