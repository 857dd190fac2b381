package org.archipel.control;

import java.net.URI;
import java.util.Optional;

/**
 * How browsers reach the control listener: decides where providers send people back to, and whether
 * cookies are for encrypted connections only.
 *
 * @param url {@code https://…} or {@code http://…}, without a path; empty when nobody said: then by
 *     the listener's own address, unencrypted
 */
public record PublicAddress(Optional<URI> url) {
  /** Whether browsers come by an encrypted connection. */
  boolean encrypted() {
    return url.filter(address -> "https".equals(address.getScheme())).isPresent();
  }

  /** An address below it, or below what the caller itself called, when nobody said. */
  URI at(String path, String authority) {
    String base = url.map(URI::toString).orElse("http://" + authority).replaceFirst("/$", "");
    return URI.create(base + path);
  }
}
