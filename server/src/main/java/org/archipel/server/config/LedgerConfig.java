package org.archipel.server.config;

import org.archipel.ledger.LedgerOptions;

/**
 * How usage is accounted.
 *
 * @param durability when the last bytes of an answer may leave
 * @param currency of tariffs and costs
 */
public record LedgerConfig(Durability durability, String currency) {
  /** When the last bytes of an answer may leave. */
  public enum Durability {
    /** Once the usage record survives a {@code kill -9}. */
    STRICT,
    /** At once; the last moments before a crash may be missing from the account. */
    RELAXED
  }

  /** Nothing that a caller saw complete is ever missing. */
  public static final LedgerConfig DEFAULTS =
      new LedgerConfig(Durability.STRICT, LedgerOptions.USUAL_CURRENCY);

  static LedgerConfig read(Section section) {
    try (section) {
      return new LedgerConfig(
          section.find("durability", Forms.word(Durability.class)).orElse(DEFAULTS.durability),
          section.find("currency", Forms.CURRENCY).orElse(DEFAULTS.currency));
    }
  }
}
