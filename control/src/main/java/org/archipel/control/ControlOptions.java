package org.archipel.control;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the control listener listens.
 *
 * @param bind where; port 0 lets the system choose
 * @param maxRequestBytes the largest request body, at least 1
 * @param requestTimeout how long one request may take from head to answer
 * @param idleTimeout how long a connection may do nothing
 * @param maxConnections connections at once, at least 1; one more is closed at once
 */
public record ControlOptions(
    InetSocketAddress bind,
    long maxRequestBytes,
    Duration requestTimeout,
    Duration idleTimeout,
    int maxConnections) {

  /** The usual limits at {@code bind}: administration is small and rare. */
  public static ControlOptions at(InetSocketAddress bind) {
    return new ControlOptions(bind, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(60), 256);
  }
}
