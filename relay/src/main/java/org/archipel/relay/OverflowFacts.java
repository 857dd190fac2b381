package org.archipel.relay;

import java.util.OptionalLong;
import java.util.Set;
import org.archipel.scheduling.ServiceClass;

/**
 * What another site is told of a request that is sent there.
 *
 * @param site the id of that site
 * @param caller whose request it is
 * @param serviceClass its class
 * @param deadlineNanos how long its first token is of use from now on; empty for its class's
 *     deadline
 * @param labels what the site must have
 * @param request the id of this site's record of it
 * @param target the request's method and path, which the assertion is bound to
 */
public record OverflowFacts(
    String site,
    Who caller,
    ServiceClass serviceClass,
    OptionalLong deadlineNanos,
    Set<String> labels,
    String request,
    Target target) {

  /** Whose request it is. */
  public record Who(String organization, String project) {}

  /**
   * What is asked for.
   *
   * @param path from {@code /v1} on, without the query
   */
  public record Target(String method, String path) {}

  /** Copies. */
  public OverflowFacts {
    labels = Set.copyOf(labels);
  }
}
