package org.archipel.engines;

import java.util.List;

/**
 * What is known of one engine for one model.
 *
 * @param watch the number of the watch that looks after it
 * @param engine how to reach it
 * @param kind the model's kind as seen there
 * @param aliases the model's other names as seen there
 * @param status how it is
 */
record EngineEntry(
    int watch, EngineSpec engine, ModelKind kind, List<String> aliases, EngineStatus status) {
  EngineEntry with(EngineStatus changed) {
    return new EngineEntry(watch, engine, kind, aliases, changed);
  }

  /** The same engine as others describe it now, looked after by another watch. */
  EngineEntry with(int otherWatch, EngineSpec described) {
    return new EngineEntry(otherWatch, described, kind, aliases, status);
  }
}
