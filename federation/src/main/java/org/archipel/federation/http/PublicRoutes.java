package org.archipel.federation.http;

import java.util.List;
import java.util.Optional;

/** The routes of the federation that anybody may ask. Answers from memory. Thread-safe. */
@FunctionalInterface
public interface PublicRoutes {
  /**
   * Who answers there.
   *
   * @param method in capitals
   * @param path without the query
   */
  Optional<PublicRoute> route(String method, String path);

  /** Several in order: the first that answers does. */
  static PublicRoutes all(List<PublicRoutes> parts) {
    List<PublicRoutes> kept = List.copyOf(parts);
    return (method, path) ->
        kept.stream().flatMap(part -> part.route(method, path).stream()).findFirst();
  }
}
