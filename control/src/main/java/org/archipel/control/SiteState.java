package org.archipel.control;

import java.net.InetSocketAddress;
import java.util.Map;
import org.archipel.scheduling.PoolSnapshot;

/** How the site is at this moment. Thread-safe; answers from memory unless it says so. */
public interface SiteState {
  /** Whether it takes requests and can account for them. */
  boolean ready();

  /** Where the inference API listens, with its true port once it does. */
  InetSocketAddress api();

  /** Who waits and what runs, by model; empty before the inference API is there. */
  Map<String, PoolSnapshot> pools();

  /**
   * Takes an engine away from the requests that it has: those without an answer yet go on
   * elsewhere, the others end with an error. Blocks for a moment.
   *
   * @return how many it had
   */
  int cutFrom(String engine);

  /** What it has done since it started. */
  SiteCounts counts();

  /** What is measured, in Prometheus' text format 0.0.4, UTF-8. */
  byte[] metrics();
}
