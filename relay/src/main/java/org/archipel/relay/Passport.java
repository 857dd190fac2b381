package org.archipel.relay;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a request needs to be served at another site.
 *
 * @param base that site's public base, without a slash at its end
 * @param caCertificates PEM file of the authorities to trust instead of the system's, for https
 * @param organization whose site it is
 * @param assertion what to send as {@code x-archipel-assertion}: printable, for one request; a
 *     secret until it was used
 */
public record Passport(
    URI base, Optional<Path> caCertificates, String organization, String assertion) {
  @Override
  public String toString() {
    return "Passport[" + base + "]";
  }
}
