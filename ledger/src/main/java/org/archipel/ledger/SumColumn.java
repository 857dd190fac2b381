package org.archipel.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The columns of the tables of sums, and where each comes from. */
enum SumColumn {
  REQUESTS("1"),
  COMPLETED("CASE WHEN outcome = 'completed' THEN 1 ELSE 0 END"),
  CANCELLED("CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END"),
  FAILED("CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END"),
  PROMPT_TOKENS("prompt_tokens"),
  CACHED_TOKENS("cached_tokens"),
  COMPLETION_TOKENS("completion_tokens"),
  ESTIMATED("estimated"),
  QUEUED_MICROS("queued_micros"),
  ENGINE_MICROS("engine_micros"),
  TOTAL_MICROS("total_micros"),
  AUDIO_MILLIS("audio_millis"),
  MICRO_CURRENCY("COALESCE(micro_currency, 0)");

  static final List<SumColumn> ALL = List.of(values());

  private final String ofRecord;

  SumColumn(String ofRecord) {
    this.ofRecord = ofRecord;
  }

  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its share of one row of {@code usage_records}, as an SQL expression. */
  String ofRecord() {
    return ofRecord;
  }

  /** Its share of one row of {@code usage_corrections}. */
  String ofCorrection() {
    return switch (this) {
      case PROMPT_TOKENS, CACHED_TOKENS, COMPLETION_TOKENS, MICRO_CURRENCY -> "c." + column();
      default -> "0";
    };
  }

  /** All columns, with a text around each name. */
  static String join(String before, String after) {
    return Arrays.stream(values())
        .map(column -> before + column.column() + after)
        .collect(Collectors.joining(", "));
  }
}
