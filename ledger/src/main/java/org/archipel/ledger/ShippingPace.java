package org.archipel.ledger;

import java.time.Duration;

/**
 * How much the move from the journal to the store may disturb the relay beside it.
 *
 * @param batch records per transaction, 1 to 10,000
 * @param percent share of one core to use while the backlog is young, 1 to 100
 * @param oldest age of the oldest record that waits, beyond which it goes at full speed
 * @param poll how often an empty journal is looked at
 * @param retry longest pause between tries while the store is down; the first is an eighth of it
 */
public record ShippingPace(int batch, int percent, Duration oldest, Duration poll, Duration retry) {
  public ShippingPace {
    if (batch < 1 || batch > 10_000) {
      throw new IllegalArgumentException("batch: " + batch + " (expected: 1 to 10000)");
    }
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
    }
    if (!poll.isPositive() || !retry.isPositive()) {
      throw new IllegalArgumentException(
          "poll: " + poll + ", retry: " + retry + " (expected: > 0)");
    }
  }

  /** How long to rest after work that took {@code took} nanoseconds. */
  long restNanos(long took) {
    return took * (100 - percent) / percent;
  }

  /** 500 records a batch, 5 % of a core up to 5 minutes of backlog, a look each second. */
  public static ShippingPace defaults() {
    return new ShippingPace(
        500, 5, Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofSeconds(30));
  }
}
