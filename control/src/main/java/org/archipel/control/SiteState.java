package org.archipel.control;

import java.net.InetSocketAddress;

/** How the site is at this moment. Thread-safe; answers without blocking. */
public interface SiteState {
  /** Whether it takes requests and can account for them. */
  boolean ready();

  /** Where the inference API listens, with its true port once it does. */
  InetSocketAddress api();
}
