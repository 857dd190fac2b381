package org.archipel.directory.quota;

/**
 * A rate per minute with a burst: refills continuously, in integers. Not thread-safe.
 *
 * <p>Counted in sixty-millionths, so that a microsecond at a rate of one a minute is a whole
 * number. An amount above the burst is let through when the bucket is full, and leaves a debt.
 */
final class TokenBucket {
  private static final long UNIT = 60_000_000;

  private long perMinute;
  private long capacity;
  private long credit;
  private long filledAt;
  private final long since;

  /**
   * @param burst at least 1
   * @param micros the time on a monotonic clock
   */
  TokenBucket(long perMinute, long burst, long micros) {
    this.perMinute = perMinute;
    this.capacity = burst * UNIT;
    this.credit = capacity;
    this.filledAt = micros;
    this.since = micros;
  }

  /** Other numbers from now on; what was used in the last minute stays used. */
  void change(long newPerMinute, long newBurst, long micros) {
    refill(micros);
    perMinute = newPerMinute;
    long used = capacity - credit;
    capacity = newBurst * UNIT;
    credit = capacity - used;
  }

  /** Microseconds until an amount can be taken if nobody else comes; 0 when it can be now. */
  long wait(long amount, long micros) {
    refill(micros);
    long missing = Math.min(amount * UNIT, capacity) - credit;
    return missing <= 0 ? 0 : Math.ceilDiv(missing, perMinute);
  }

  void take(long amount) {
    credit -= amount * UNIT;
  }

  /**
   * Puts back what was taken too much, or takes what was taken too little.
   *
   * @param takenAt when it was taken: a bucket that is younger has nothing to get back
   */
  void correct(long taken, long used, long takenAt) {
    long back = takenAt < since ? -used : taken - used;
    credit = Math.min(capacity, credit + back * UNIT);
  }

  long remaining(long micros) {
    refill(micros);
    return Math.max(0, credit / UNIT);
  }

  RateLeft left(long micros) {
    long remaining = remaining(micros);
    long untilFull = Math.ceilDiv(capacity - credit, perMinute);
    return new RateLeft(perMinute, remaining, Math.ceilDiv(untilFull, 1000));
  }

  private void refill(long micros) {
    long elapsed = micros - filledAt;
    if (elapsed <= 0) {
      return;
    }
    filledAt = micros;
    long missing = capacity - credit;
    // Compared before it is multiplied, which could be more than a long holds.
    credit = elapsed >= Math.ceilDiv(missing, perMinute) ? capacity : credit + elapsed * perMinute;
  }
}
