package org.archipel.engines;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an engine turned out to be able to do when it was probed. Probed again whenever it comes
 * back.
 *
 * @param version what it says of its version
 * @param contextWindow the context of the model there, in tokens
 * @param slots how many requests it runs at once, when it says so
 * @param metrics whether it serves the load metrics of its type
 * @param kvTokens tokens that its KV cache holds, over all its ranks, when it says so
 * @param priority which way it reads priorities; declared where it cannot be seen
 */
public record Capabilities(
    Optional<String> version,
    OptionalInt contextWindow,
    OptionalInt slots,
    boolean metrics,
    OptionalLong kvTokens,
    PrioritySense priority) {
  /** Nothing is known. */
  public static final Capabilities UNKNOWN =
      new Capabilities(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false);

  /** An engine that tells nothing of its KV cache and heeds no priorities. */
  public Capabilities(
      Optional<String> version, OptionalInt contextWindow, OptionalInt slots, boolean metrics) {
    this(version, contextWindow, slots, metrics, OptionalLong.empty(), PrioritySense.NONE);
  }
}
