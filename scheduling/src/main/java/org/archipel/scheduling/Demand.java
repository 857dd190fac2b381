package org.archipel.scheduling;

import java.util.HashSet;
import java.util.Set;

/**
 * What one request asks of a pool. Immutable.
 *
 * @param organization the organization that is charged
 * @param project the project of that organization
 * @param serviceClass how patient the caller is
 * @param routingMode where the demand may run
 * @param estimatedPromptTokens expected prompt tokens, at least 0
 * @param estimatedCompletionTokens expected completion tokens, at least 0
 * @param submittedNanos when the request first came, on the caller's monotonic clock; kept when a
 *     demand is submitted again after a failed attempt, so that it takes its original place
 * @param deadlineNanos the moment after which a start is useless, on the same clock; {@link
 *     Long#MAX_VALUE} when there is none
 * @param excludedEngines ids of engines that already failed this request
 */
public record Demand(
    String organization,
    String project,
    ServiceClass serviceClass,
    RoutingMode routingMode,
    int estimatedPromptTokens,
    int estimatedCompletionTokens,
    long submittedNanos,
    long deadlineNanos,
    Set<String> excludedEngines) {

  /** No deadline. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  public Demand {
    if (estimatedPromptTokens < 0) {
      throw new IllegalArgumentException(
          "estimatedPromptTokens: " + estimatedPromptTokens + " (expected: >= 0)");
    }
    if (estimatedCompletionTokens < 0) {
      throw new IllegalArgumentException(
          "estimatedCompletionTokens: " + estimatedCompletionTokens + " (expected: >= 0)");
    }
    excludedEngines = Set.copyOf(excludedEngines);
  }

  /** This demand, not to be started on {@code engine} again. */
  public Demand without(String engine) {
    Set<String> excluded = new HashSet<>(excludedEngines);
    excluded.add(engine);
    return new Demand(
        organization,
        project,
        serviceClass,
        routingMode,
        estimatedPromptTokens,
        estimatedCompletionTokens,
        submittedNanos,
        deadlineNanos,
        excluded);
  }
}
