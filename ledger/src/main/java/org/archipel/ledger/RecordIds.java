package org.archipel.ledger;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Makes the ids of usage records: UUIDv7 (RFC 9562), 48 bits of milliseconds since 1970, a counter
 * of 12 bits, and 62 random bits. The ids of one thread grow, also within a millisecond and when
 * the clock is set back. They are unique, not secret.
 *
 * <p>Thread-safe; threads share nothing after their first id.
 */
public final class RecordIds {
  private static final int COUNTER = 0xfff;
  // A millisecond's counter begins in the lower half, so that at least 2048 ids fit.
  private static final int FIRST = 0x7ff;
  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final Clock clock;
  private final SplittableRandom seeds;
  private final ThreadLocal<Generator> generators = ThreadLocal.withInitial(this::generator);

  /** Ids with the time of {@code clock}, seeded from the system's secure randomness. */
  public RecordIds(Clock clock) {
    this(clock, ByteBuffer.wrap(new SecureRandom().generateSeed(8)).getLong());
  }

  RecordIds(Clock clock, long seed) {
    this.clock = clock;
    this.seeds = new SplittableRandom(seed);
  }

  /** A new id. */
  public UUID next() {
    return generators.get().next(clock.millis());
  }

  private Generator generator() {
    synchronized (seeds) {
      return new Generator(seeds.split());
    }
  }

  private static final class Generator {
    private final SplittableRandom random;
    private long millis = Long.MIN_VALUE;
    private int counter;

    Generator(SplittableRandom random) {
      this.random = random;
    }

    UUID next(long now) {
      if (now > millis) {
        millis = now;
        counter = random.nextInt() & FIRST;
      } else if (++counter > COUNTER) {
        // Ahead of the clock by a millisecond rather than twice the same or backwards.
        millis++;
        counter = random.nextInt() & FIRST;
      }
      return new UUID(millis << 16 | VERSION | counter, random.nextLong() >>> 2 | VARIANT);
    }
  }
}
