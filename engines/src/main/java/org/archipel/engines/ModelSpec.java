package org.archipel.engines;

import java.util.List;
import java.util.OptionalInt;

/**
 * A model and the engines that serve it.
 *
 * @param id what callers name in {@code model}
 * @param aliases other names for it
 * @param kind what it is for
 * @param contextWindow tokens of prompt and answer together, when known; at least 1
 * @param engines where it runs; may be empty
 */
public record ModelSpec(
    String id,
    List<String> aliases,
    ModelKind kind,
    OptionalInt contextWindow,
    List<EngineSpec> engines) {

  public ModelSpec {
    aliases = List.copyOf(aliases);
    engines = List.copyOf(engines);
  }
}
