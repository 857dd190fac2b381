package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one examination of an engine brought.
 *
 * @param listed whether the engine lists its models at all; a few OpenAI-like servers do not
 * @param kvTokens tokens that its KV cache holds, when it says so
 * @param priority which way it says that it reads priorities
 */
record Findings(
    Optional<String> version,
    OptionalInt slots,
    boolean metrics,
    List<FoundModel> models,
    boolean listed,
    OptionalLong kvTokens,
    Optional<PrioritySense> priority) {
  static final Findings NONE =
      new Findings(Optional.empty(), OptionalInt.empty(), false, List.of(), false);

  Findings {
    models = List.copyOf(models);
  }

  /** Of an engine that tells nothing of its KV cache and of priorities. */
  Findings(
      Optional<String> version,
      OptionalInt slots,
      boolean metrics,
      List<FoundModel> models,
      boolean listed) {
    this(version, slots, metrics, models, listed, OptionalLong.empty(), Optional.empty());
  }

  Optional<FoundModel> model(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  List<String> names() {
    return models.stream().map(FoundModel::name).toList();
  }

  Capabilities capabilities(EngineSpec engine, OptionalInt contextWindow) {
    PrioritySense sense =
        PrioritySense.resolve(engine.type(), engine.priorityScheduling(), priority);
    return new Capabilities(version, contextWindow, slots, metrics, kvTokens, sense);
  }
}
