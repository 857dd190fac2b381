package org.archipel.relay;

import java.util.Optional;

/**
 * What is answered on {@code listen.api} beside {@code /v1} and {@code /health}: the federation's
 * documents and streams. Asked on an event loop with the head of each such request: must answer
 * from memory. Thread-safe.
 */
public interface SideRoutes {
  /** Nothing. */
  SideRoutes NONE = (_, _) -> Optional.empty();

  /**
   * Who answers there.
   *
   * @param method in capitals, never OPTIONS
   * @param path without the query, as it was sent; at most 8 KiB
   * @return empty for what is answered with 404
   */
  Optional<SideRoute> route(String method, String path);
}
