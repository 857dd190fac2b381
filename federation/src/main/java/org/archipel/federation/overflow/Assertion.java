package org.archipel.federation.overflow;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a site says of one request that it sends to another. It is bound to that site, to one use
 * within 60 s, and to method and path; not to the query, the headers and the body, which TLS
 * protects on their way.
 *
 * @param organization whose request it is
 * @param project a pseudonym of the project: the same for all its requests to one site, and another
 *     one at each site
 * @param serviceClass {@code interactive}, {@code standard} or {@code batch}
 * @param deadlineMillis how long its first token is of use from now on; empty when nobody said
 * @param labels what the site that serves it must have
 * @param request the id of the origin's record of it
 * @param target the request's method and path, with a space between them
 */
public record Assertion(
    String organization,
    String project,
    String serviceClass,
    OptionalLong deadlineMillis,
    Set<String> labels,
    String request,
    String target) {

  /** Copies. */
  public Assertion {
    labels = Set.copyOf(labels);
  }
}
