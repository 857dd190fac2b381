package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one examination of an engine brought.
 *
 * @param listed whether the engine lists its models at all; a few OpenAI-like servers do not
 */
record Findings(
    Optional<String> version,
    OptionalInt slots,
    boolean metrics,
    List<FoundModel> models,
    boolean listed) {
  static final Findings NONE =
      new Findings(Optional.empty(), OptionalInt.empty(), false, List.of(), false);

  Findings {
    models = List.copyOf(models);
  }

  Optional<FoundModel> model(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  List<String> names() {
    return models.stream().map(FoundModel::name).toList();
  }

  Capabilities capabilities(OptionalInt contextWindow) {
    return new Capabilities(version, contextWindow, slots, metrics);
  }
}
