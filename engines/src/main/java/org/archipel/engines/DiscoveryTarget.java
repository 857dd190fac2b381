package org.archipel.engines;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A URL at which an engine is, or will be, whose type and models are to be found out.
 *
 * @param url base URL; a final slash or {@code /v1} is dropped
 * @param apiKey what to send as {@code Authorization: Bearer}; never logged
 * @param caCertificates PEM file of the authorities to trust instead of the system's, for https
 * @param owner the organization that owns the engine
 */
public record DiscoveryTarget(
    URI url, Optional<String> apiKey, Optional<Path> caCertificates, String owner) {

  /** Refuses what is no base URL of an engine with an {@link IllegalArgumentException}. */
  public DiscoveryTarget {
    url = EngineUrls.base(url);
  }

  /** A target without key and with the system's authorities. */
  public static DiscoveryTarget of(URI url, String owner) {
    return new DiscoveryTarget(url, Optional.empty(), Optional.empty(), owner);
  }

  @Override
  public String toString() {
    return "DiscoveryTarget[" + url + "]";
  }
}
