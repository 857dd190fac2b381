package org.archipel.scheduling;

/**
 * What an engine reports of its own load. A correction of local accounting, never its replacement;
 * how old it is never decides whether an engine is used.
 *
 * @param running requests that the engine is working on, also those of other gateways
 * @param waiting requests queued inside the engine for lack of capacity
 * @param kvUsage share of the KV cache in use, 0 to 1; NaN when it does not say
 * @param preemptions requests that the engine interrupted since its start; -1 when it does not say
 */
public record EngineLoad(int running, int waiting, double kvUsage, long preemptions) {
  /** Of an engine that tells nothing more. */
  public static EngineLoad of(int running, int waiting) {
    return new EngineLoad(running, waiting, Double.NaN, -1);
  }
}
