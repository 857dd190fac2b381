package org.archipel.bench;

import java.util.Map;

/**
 * One workload, run once on one target.
 *
 * @param values by metric, in the order in which they shall be shown
 * @param errors requests that were not answered as expected, warm-up included
 */
record Measurement(
    String workload, TargetKind target, int repeat, Map<Metric, Double> values, long errors) {}
