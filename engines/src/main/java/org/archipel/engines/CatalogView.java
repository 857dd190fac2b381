package org.archipel.engines;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The catalog at one moment, for lookups without locks.
 *
 * @param byName the models by id and alias
 * @param models the models in order
 * @param engines the engines by model id and engine id
 */
record CatalogView(
    Map<String, ModelSpec> byName,
    List<ModelSpec> models,
    Map<String, Map<String, EngineEntry>> engines) {

  Optional<EngineEntry> engine(String model, String engine) {
    ModelSpec spec = byName.get(model);
    return spec == null
        ? Optional.empty()
        : Optional.ofNullable(engines.getOrDefault(spec.id(), Map.of()).get(engine));
  }

  OptionalInt contextWindow(String model) {
    ModelSpec spec = byName.get(model);
    if (spec == null || spec.contextWindow().isPresent()) {
      return spec == null ? OptionalInt.empty() : spec.contextWindow();
    }
    return engines.getOrDefault(spec.id(), Map.of()).values().stream()
        .flatMapToInt(entry -> entry.status().capabilities().contextWindow().stream())
        .max();
  }
}
