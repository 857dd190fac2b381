package org.archipel.server.demo;

import java.util.Optional;

/**
 * How one request of a simulated user ended.
 *
 * @param home the id of the site that was asked
 * @param organization who asked
 * @param servedBy the id of the site that served it, when the answer says so
 * @param status of the answer; 0 when there was none
 * @param whole whether the answer came to its end
 */
record Heard(
    String home, String organization, Optional<String> servedBy, int status, boolean whole) {
  /** Whether it was served by another site than the one that was asked. */
  boolean away() {
    return whole && servedBy.filter(site -> !site.equals(home)).isPresent();
  }

  /** Whether it was told to come again later. */
  boolean refused() {
    return status == 429 || status == 503;
  }
}
