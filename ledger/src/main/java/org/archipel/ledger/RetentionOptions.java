package org.archipel.ledger;

import java.time.Duration;

/**
 * What becomes of detailed records after a time. Sums and statements stay in any case.
 *
 * @param detail how long records are kept as they are, at least 30 days
 * @param mode what becomes of them then
 */
public record RetentionOptions(Duration detail, Mode mode) {
  /** The shortest time: until then months are closed and records corrected. */
  public static final Duration SHORTEST = Duration.ofDays(30);

  /** Twelve months, then without persons. */
  public static final RetentionOptions DEFAULTS =
      new RetentionOptions(Duration.ofDays(365), Mode.PSEUDONYMISE);

  public RetentionOptions {
    if (detail.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "detail: " + detail.toDays() + " days (expected: >= " + SHORTEST.toDays() + ")");
    }
  }

  /** What becomes of records. */
  public enum Mode {
    /** They lose the person's pseudonym and what their callers named them; the rest stays. */
    PSEUDONYMISE,
    /** They are removed; only their sums stay. */
    PURGE
  }
}
