package org.archipel.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The columns of the tables of sums, and where each comes from. */
enum SumColumn {
  REQUESTS(0, "1"),
  COMPLETED(1, "CASE WHEN outcome = 'completed' THEN 1 ELSE 0 END"),
  CANCELLED(2, "CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END"),
  FAILED(3, "CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END"),
  PROMPT_TOKENS(4, "prompt_tokens"),
  CACHED_TOKENS(5, "cached_tokens"),
  COMPLETION_TOKENS(6, "completion_tokens"),
  ESTIMATED(7, "estimated"),
  QUEUED_MICROS(8, "queued_micros"),
  ENGINE_MICROS(9, "engine_micros"),
  TOTAL_MICROS(10, "total_micros"),
  AUDIO_MILLIS(11, "audio_millis"),
  MICRO_CURRENCY(12, "COALESCE(micro_currency, 0)");

  static final List<SumColumn> ALL = List.of(values());

  private final int place;
  private final String ofRecord;

  SumColumn(int place, String ofRecord) {
    this.place = place;
    this.ofRecord = ofRecord;
  }

  /** Its place among all, from 0. */
  int place() {
    return place;
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
