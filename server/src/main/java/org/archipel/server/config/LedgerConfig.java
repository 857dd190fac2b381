package org.archipel.server.config;

import java.time.Duration;
import org.archipel.ledger.LedgerOptions;
import org.archipel.ledger.RetentionOptions;

/**
 * How usage is accounted.
 *
 * @param durability when the last bytes of an answer may leave
 * @param currency of tariffs and costs
 * @param retention what becomes of old records
 */
public record LedgerConfig(Durability durability, String currency, RetentionOptions retention) {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** When the last bytes of an answer may leave. */
  public enum Durability {
    /** Once the usage record survives a {@code kill -9}. */
    STRICT,
    /** At once; the last moments before a crash may be missing from the account. */
    RELAXED
  }

  /** Nothing that a caller saw complete is ever missing. */
  public static final LedgerConfig DEFAULTS =
      new LedgerConfig(Durability.STRICT, LedgerOptions.USUAL_CURRENCY, RetentionOptions.DEFAULTS);

  static LedgerConfig read(Section section) {
    try (section) {
      return new LedgerConfig(
          section.find("durability", Forms.word(Durability.class)).orElse(DEFAULTS.durability),
          section.find("currency", Forms.CURRENCY).orElse(DEFAULTS.currency),
          retention(section.group("retention")));
    }
  }

  private static RetentionOptions retention(Section section) {
    try (section) {
      RetentionOptions usual = RetentionOptions.DEFAULTS;
      return new RetentionOptions(
          section
              .find("detail", Forms.duration(RetentionOptions.SHORTEST, LONGEST))
              .orElse(usual.detail()),
          section.find("mode", Forms.word(RetentionOptions.Mode.class)).orElse(usual.mode()));
    }
  }
}
