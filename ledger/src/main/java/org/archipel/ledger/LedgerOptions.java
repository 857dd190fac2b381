package org.archipel.ledger;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a ledger is kept.
 *
 * @param journal sizes and times of the journal
 * @param pace how fast records move to the store
 * @param currency of new tariffs, and in which costs are summed: 1 to 16 letters, digits or {@code
 *     -}; a code of ISO 4217 or a unit of the consortium's own
 */
public record LedgerOptions(JournalOptions journal, ShippingPace pace, String currency) {
  /** The currency unless another is configured. */
  public static final String USUAL_CURRENCY = "EUR";

  /** What a crash may cost where nobody waits for the disk; short beside any answer. */
  private static final Duration RELAXED_PACE = Duration.ofMillis(5);

  private static final Pattern CURRENCY = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,15}");

  public LedgerOptions {
    if (!CURRENCY.matcher(currency).matches()) {
      throw new IllegalArgumentException(
          "currency: (expected: a letter, then at most 15 letters, digits or -)");
    }
  }

  /** The usual sizes and pace, for answers that wait for their records; euros. */
  public static LedgerOptions defaults() {
    return new LedgerOptions(JournalOptions.defaults(), ShippingPace.defaults(), USUAL_CURRENCY);
  }

  /**
   * The same for answers that do not wait for their records: those are made durable {@link
   * #RELAXED_PACE} at a time, which costs a tenth.
   */
  public LedgerOptions relaxed() {
    return new LedgerOptions(journal.withGroupPace(RELAXED_PACE), pace, currency);
  }

  /** The same in another currency. */
  public LedgerOptions in(String other) {
    return new LedgerOptions(journal, pace, other);
  }
}
