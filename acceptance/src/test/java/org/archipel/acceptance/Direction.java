package org.archipel.acceptance;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What the network does to bytes on their way from one site to another. Two of them make a link.
 * Thread-safe.
 */
final class Direction {
  /** As TCP shows a lost packet: what follows waits for it to be sent again. */
  private static final Duration STALL = Duration.ofMillis(300);

  private boolean cut;
  private Duration delay = Duration.ZERO;
  private double stalls;

  /** Nothing arrives any more, and nobody is told. */
  synchronized void cut() {
    cut = true;
  }

  /** Everything arrives so much later. */
  synchronized void delay(Duration time) {
    delay = time;
  }

  /**
   * Packets are lost, and sent again.
   *
   * @param share of the packets, 0 to 1
   */
  synchronized void lose(double share) {
    stalls = share;
  }

  /** Everything passes again, also what was held back. */
  synchronized void heal() {
    cut = false;
    delay = Duration.ZERO;
    stalls = 0;
    notifyAll();
  }

  synchronized boolean isCut() {
    return cut;
  }

  /** How long a packet that is sent now takes. */
  synchronized Duration transit(RandomGenerator random) {
    return random.nextDouble() < stalls ? delay.plus(STALL) : delay;
  }

  /** Waits until something passes. */
  synchronized void awaitOpen() throws InterruptedException {
    while (cut) {
      wait();
    }
  }
}
