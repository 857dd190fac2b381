package org.archipel.control;

import java.time.Instant;
import java.util.List;

/**
 * What the control listener says of its site.
 *
 * @param id the site's id
 * @param name its name for people
 * @param organization owner of the engines that name no other
 * @param labels what it promises
 * @param version the program's version
 * @param startedAt when it started
 */
public record SiteFacts(
    String id,
    String name,
    String organization,
    List<String> labels,
    String version,
    Instant startedAt) {
  public SiteFacts {
    labels = List.copyOf(labels);
  }
}
