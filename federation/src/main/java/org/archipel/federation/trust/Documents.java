package org.archipel.federation.trust;

import java.net.URI;
import java.time.Duration;

/** Gets documents of other entities. Thread-safe; blocks. */
interface Documents {
  /** How long an answer may take, all in all. */
  Duration LIMIT = Duration.ofSeconds(5);

  /**
   * Gets a document.
   *
   * @param contentType what it has to be, without parameters
   * @param limit how long it may take, all in all
   * @throws DistrustException when it cannot be had: unreachable, redirected, too large, …
   */
  String get(URI uri, String contentType, Duration limit) throws InterruptedException;

  /** Posts a form and gets a document. */
  String post(URI uri, String form, String contentType) throws InterruptedException;
}
