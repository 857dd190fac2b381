package org.archipel.bench;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * A load: who is asked what, over how many connections, how fast.
 *
 * @param to on loopback; others are refused
 * @param connections kept alive, one request at a time on each
 * @param ratePerSecond empty: closed loop, each connection asks again as soon as it is answered.
 *     Present: requests have intended start times at this rate and are timed from them, whether or
 *     not a connection was free, so that a stall is counted in full (no coordinated omission)
 * @param ramp over which the connections begin, spread evenly
 * @param timeout without any byte after which a request has failed
 */
record LoadPlan(
    InetSocketAddress to,
    LoadRequest request,
    int connections,
    OptionalDouble ratePerSecond,
    Duration ramp,
    Duration timeout) {
  LoadPlan {
    if (!to.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("target: " + to + " (expected: a loopback address)");
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
    }
    if (ratePerSecond.isPresent() && !(ratePerSecond.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "rate: " + ratePerSecond.getAsDouble() + " (expected: > 0)");
    }
  }

  static LoadPlan closedLoop(
      InetSocketAddress to, LoadRequest request, int connections, Duration ramp) {
    return new LoadPlan(
        to, request, connections, OptionalDouble.empty(), ramp, Duration.ofSeconds(30));
  }
}
