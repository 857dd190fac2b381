package org.archipel.simulator.fleet;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one simulation gave.
 *
 * @param requests that arrived, also outside of the measured time
 * @param virtualNanos how long it lasted, in virtual time
 * @param values the metrics, by scope: {@code total}, {@code org:NAME} and {@code class:NAME};
 *     absent or NaN where a metric has no meaning
 */
public record RunResult(long requests, long virtualNanos, Map<String, Map<Metric, Double>> values) {
  public RunResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A metric of a scope; NaN when there is none. */
  public double value(String scope, Metric metric) {
    return values.getOrDefault(scope, Map.of()).getOrDefault(metric, Double.NaN);
  }
}
