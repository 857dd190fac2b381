package org.archipel.engines;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an engine turned out to be able to do when it was probed. Probed again whenever it comes
 * back.
 *
 * @param version what it says of its version
 * @param contextWindow the context of the model there, in tokens
 * @param slots how many requests it runs at once, when it says so
 * @param metrics whether it serves the load metrics of its type
 */
public record Capabilities(
    Optional<String> version, OptionalInt contextWindow, OptionalInt slots, boolean metrics) {
  /** Nothing is known. */
  public static final Capabilities UNKNOWN =
      new Capabilities(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false);
}
