package org.archipel.engines;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that an engine lists.
 *
 * @param name its name there
 * @param kind what it seems to be for
 * @param contextWindow tokens, when the engine says so
 * @param revision changes when the model behind the name changes, where engines tell
 */
record FoundModel(
    String name, ModelKind kind, OptionalInt contextWindow, Optional<String> revision) {
  FoundModel(String name, OptionalInt contextWindow) {
    this(name, ModelKindGuess.fromName(name), contextWindow, Optional.empty());
  }
}
