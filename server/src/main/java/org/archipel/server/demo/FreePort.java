package org.archipel.server.demo;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import org.archipel.server.config.HostPort;

/** Finds a port near the one that is wanted. */
public final class FreePort {
  private static final int TRIES = 100;

  private FreePort() {}

  /**
   * The address itself, or the same host with the next port that is free; any free one when that is
   * asked for with port 0.
   *
   * @param except ports that are spoken for
   */
  public static HostPort near(HostPort wanted, Set<Integer> except) {
    for (int i = 0; i < TRIES && wanted.port() + i < 65536; i++) {
      int port = wanted.port() == 0 ? 0 : wanted.port() + i;
      int bound = except.contains(port) ? -1 : bound(wanted.withPort(port));
      if (bound >= 0 && !except.contains(bound)) {
        return wanted.withPort(bound);
      }
    }
    return wanted.withPort(0);
  }

  static boolean free(HostPort address) {
    return bound(address) >= 0;
  }

  /** The port that one gets there; negative when none. */
  private static int bound(HostPort address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address.resolve());
      return socket.getLocalPort();
    } catch (IOException e) {
      return -1;
    }
  }
}
