package org.archipel.engines;

/**
 * Hears of engines that come and go. Called on the registry's threads, one call at a time; must not
 * block.
 */
public interface EngineListener {
  /** Requests for {@code model} may go to {@code engine} from now on, or its limits changed. */
  void engineUp(String model, EngineSpec engine, Capabilities capabilities);

  /** No more requests for {@code model} to {@code engine}. */
  void engineDown(String model, String engine);
}
