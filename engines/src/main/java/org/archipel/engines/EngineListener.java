package org.archipel.engines;

import org.archipel.scheduling.EngineLoad;

/**
 * Hears of engines that come and go, and of what they have to do. Called on the registry's threads,
 * one call at a time; must not block.
 */
public interface EngineListener {
  /** Requests for {@code model} may go to {@code engine} from now on, or its limits changed. */
  void engineUp(String model, EngineSpec engine, Capabilities capabilities);

  /**
   * The engine, which is up, told its load: about once a second, for each of its models. Nothing is
   * said of an engine that does not tell.
   */
  default void engineLoad(String model, String engine, EngineLoad load) {}

  /** No more requests for {@code model} to {@code engine}; it may come back. */
  void engineDown(String model, String engine);

  /**
   * The engine no longer belongs to the model: an operator took it away, or gave it to another
   * owner. Said after {@link #engineDown} when it was up. What runs there goes on.
   */
  default void engineGone(String model, String engine) {}
}
