package org.archipel.federation.adverts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.archipel.federation.exchange.PeerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a partner for the time, a few times at once: the quickest answer tells how far it is, and
 * what its clock says.
 *
 * @param path where it is asked
 */
record PeerMeasuring(AdvertStream stream, AdvertParts parts, String path) implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerMeasuring.class);
  private static final int TIMES = 3;
  private static final int MOST_BYTES = 32;

  @Override
  public void run() {
    Deque<PeerClock> measured = new ArrayDeque<>();
    try {
      for (int i = 0; i < TIMES; i++) {
        PeerClock one = once();
        if (measured.isEmpty() || one.roundTripNanos() < measured.peek().roundTripNanos()) {
          measured.push(one);
        }
      }
    } catch (PeerException | NumberFormatException e) {
      LOG.debug("the way to {} was not measured: {}", stream.partner().siteId(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!measured.isEmpty()) {
      stream.measured(measured.peek());
    }
  }

  private PeerClock once() throws PeerException, InterruptedException {
    long sent = parts.nanos().getAsLong();
    byte[] answer = parts.client().open(stream.partner(), path, MOST_BYTES);
    long took = parts.nanos().getAsLong() - sent;
    long theirs = Long.parseLong(new String(answer, StandardCharsets.US_ASCII).strip());
    long half = TimeUnit.NANOSECONDS.toMillis(took) / 2;
    return new PeerClock(took, theirs + half - parts.clock().millis());
  }
}
