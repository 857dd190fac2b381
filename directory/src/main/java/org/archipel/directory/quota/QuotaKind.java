package org.archipel.directory.quota;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a quota can limit. Days and months are those of UTC. */
public enum QuotaKind {
  /** Requests in a minute; refills continuously. */
  REQUESTS_PER_MINUTE(1, QuotaKind.MOST_PER_MINUTE),
  /** Requests at once after a rest; as many as in a minute unless given. */
  REQUEST_BURST(1, QuotaKind.MOST_PER_MINUTE),
  /** Tokens of prompts and answers in a minute; refills continuously. */
  TOKENS_PER_MINUTE(1, QuotaKind.MOST_PER_MINUTE),
  /** Tokens at once after a rest; as many as in a minute unless given. */
  TOKEN_BURST(1, QuotaKind.MOST_PER_MINUTE),
  /** Requests that wait or run at the same time. */
  CONCURRENT_REQUESTS(0, 1_000_000),
  TOKENS_PER_DAY(0, QuotaKind.MOST_IN_PERIOD),
  TOKENS_PER_MONTH(0, QuotaKind.MOST_IN_PERIOD),
  /** Money in microCurrency. */
  MICRO_CURRENCY_PER_DAY(0, QuotaKind.MOST_IN_PERIOD),
  /** Money in microCurrency. */
  MICRO_CURRENCY_PER_MONTH(0, QuotaKind.MOST_IN_PERIOD);

  /** More than any site does in a minute, and the arithmetic of refilling stays in a long. */
  private static final long MOST_PER_MINUTE = 100_000_000_000L;

  /** Sums of two of these, and percentages of them, stay in a long. */
  private static final long MOST_IN_PERIOD = 10_000_000_000_000_000L;

  private final long least;
  private final long most;

  QuotaKind(long least, long most) {
    this.least = least;
    this.most = most;
  }

  /** The smallest value that makes sense. */
  public long least() {
    return least;
  }

  /** The largest value that is taken. */
  public long most() {
    return most;
  }

  /** The word for it in the API, messages and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of that word. */
  public static Optional<QuotaKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }

  /** Whether it bounds the sum of a day or a month. */
  public boolean budget() {
    return compareTo(TOKENS_PER_DAY) >= 0;
  }

  /** Whether a budget is for a month, else it is for a day. */
  boolean monthly() {
    return this == TOKENS_PER_MONTH || this == MICRO_CURRENCY_PER_MONTH;
  }

  /** Whether a budget is in money, else it is in tokens. */
  boolean money() {
    return this == MICRO_CURRENCY_PER_DAY || this == MICRO_CURRENCY_PER_MONTH;
  }
}
