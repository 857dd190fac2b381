package org.archipel.server.demo;

import java.io.IOException;
import java.net.ServerSocket;
import org.archipel.server.config.HostPort;

/** Finds a port near the one that is wanted. */
public final class FreePort {
  private static final int TRIES = 100;

  private FreePort() {}

  /** The address itself, or the same host with the next port that is free. */
  public static HostPort near(HostPort wanted, int except) {
    for (int port = wanted.port(); port < Math.min(65536, wanted.port() + TRIES); port++) {
      if (port != except && free(wanted.withPort(port))) {
        return wanted.withPort(port);
      }
    }
    return wanted.withPort(0);
  }

  private static boolean free(HostPort address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address.resolve());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
