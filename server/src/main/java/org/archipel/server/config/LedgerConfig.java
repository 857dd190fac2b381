package org.archipel.server.config;

/**
 * How usage is accounted.
 *
 * @param durability when the last bytes of an answer may leave
 */
public record LedgerConfig(Durability durability) {
  /** When the last bytes of an answer may leave. */
  public enum Durability {
    /** Once the usage record survives a {@code kill -9}. */
    STRICT,
    /** At once; the last moments before a crash may be missing from the account. */
    RELAXED
  }

  /** Nothing that a caller saw complete is ever missing. */
  public static final LedgerConfig DEFAULTS = new LedgerConfig(Durability.STRICT);

  static LedgerConfig read(Section section) {
    try (section) {
      return new LedgerConfig(
          section.find("durability", Forms.word(Durability.class)).orElse(DEFAULTS.durability));
    }
  }
}
