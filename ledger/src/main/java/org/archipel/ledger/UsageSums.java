package org.archipel.ledger;

/** The sums of some records and corrections, one number for each {@link SumColumn}. */
final class UsageSums {
  private final long[] sums = new long[SumColumn.ALL.size()];

  long get(SumColumn column) {
    return sums[column.place()];
  }

  void add(SumColumn column, long more) {
    sums[column.place()] = Math.addExact(sums[column.place()], more);
  }

  void add(UsageRecord record) {
    add(SumColumn.REQUESTS, 1);
    add(
        switch (record.outcome()) {
          case COMPLETED -> SumColumn.COMPLETED;
          case CANCELLED -> SumColumn.CANCELLED;
          case FAILED -> SumColumn.FAILED;
        },
        1);
    add(SumColumn.PROMPT_TOKENS, record.tokens().prompt());
    add(SumColumn.CACHED_TOKENS, record.tokens().cached());
    add(SumColumn.COMPLETION_TOKENS, record.tokens().completion());
    add(SumColumn.ESTIMATED, record.tokens().estimated() ? 1 : 0);
    add(SumColumn.QUEUED_MICROS, record.timing().queued());
    add(SumColumn.ENGINE_MICROS, record.engineMicros());
    add(SumColumn.TOTAL_MICROS, record.timing().total());
    add(SumColumn.AUDIO_MILLIS, record.audioMillis());
    add(SumColumn.MICRO_CURRENCY, record.price().map(UsageRecord.Price::microCurrency).orElse(0L));
  }
}
