package org.archipel.ledger.export;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.archipel.ledger.ExportedRecord;
import org.archipel.ledger.UsageRecord;

/** What an export tells of a record, by the names that CSV and JSON Lines share, in order. */
final class RecordFields {
  private static final int MICROS = 6;
  private static final int MILLIS = 3;

  static final List<String> NAMES =
      List.of(
          "id",
          "started_at",
          "request_id",
          "site",
          "origin_site",
          "origin_request",
          "served_by",
          "organization",
          "project",
          "key",
          "person",
          "model",
          "engine",
          "owner",
          "class",
          "route",
          "streamed",
          "outcome",
          "status",
          "error_code",
          "attempts",
          "prompt_tokens",
          "cached_tokens",
          "completion_tokens",
          "estimated",
          "queued_seconds",
          "first_byte_seconds",
          "total_seconds",
          "engine_seconds",
          "audio_seconds",
          "request_bytes",
          "response_bytes",
          "tariff",
          "currency",
          "price",
          "corrected_prompt_tokens",
          "corrected_cached_tokens",
          "corrected_completion_tokens",
          "correction",
          "cost",
          "stated_month");

  private RecordFields() {}

  /** Text, whole numbers, decimals and truth values; what a record has not is absent. */
  static Map<String, Object> of(ExportedRecord exported) {
    UsageRecord r = exported.record();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", r.id().toString());
    fields.put("started_at", r.startedAt().toString());
    fields.put("request_id", r.requestId());
    fields.put("site", r.site());
    r.origin().ifPresent(origin -> fields.put("origin_site", origin.site()));
    r.origin().ifPresent(origin -> fields.put("origin_request", origin.request()));
    r.servedBy().ifPresent(site -> fields.put("served_by", site));
    fields.put("organization", r.caller().organization());
    fields.put("project", r.caller().project());
    fields.put("key", r.caller().key());
    r.person().ifPresent(person -> fields.put("person", person));
    fields.put("model", r.model());
    r.engine().ifPresent(place -> fields.put("engine", place.engine()));
    r.engine().ifPresent(place -> fields.put("owner", place.owner()));
    fields.put("class", r.serviceClass());
    fields.put("route", r.route());
    fields.put("streamed", r.streamed());
    fields.put("outcome", r.outcome().name().toLowerCase(Locale.ROOT));
    fields.put("status", (long) r.status());
    r.errorCode().ifPresent(code -> fields.put("error_code", code));
    fields.put("attempts", (long) r.attempts());
    used(r, fields);
    paid(exported, fields);
    return fields;
  }

  private static void used(UsageRecord r, Map<String, Object> fields) {
    fields.put("prompt_tokens", r.tokens().prompt());
    fields.put("cached_tokens", r.tokens().cached());
    fields.put("completion_tokens", r.tokens().completion());
    fields.put("estimated", r.tokens().estimated());
    fields.put("queued_seconds", BigDecimal.valueOf(r.timing().queued(), MICROS));
    fields.put("first_byte_seconds", BigDecimal.valueOf(r.timing().firstByte(), MICROS));
    fields.put("total_seconds", BigDecimal.valueOf(r.timing().total(), MICROS));
    fields.put("engine_seconds", BigDecimal.valueOf(r.engineMicros(), MICROS));
    fields.put("audio_seconds", BigDecimal.valueOf(r.audioMillis(), MILLIS));
    fields.put("request_bytes", r.requestBytes());
    fields.put("response_bytes", r.responseBytes());
  }

  private static void paid(ExportedRecord exported, Map<String, Object> fields) {
    UsageRecord r = exported.record();
    r.price().ifPresent(price -> fields.put("tariff", price.tariff()));
    fields.put("currency", exported.currency());
    r.price()
        .ifPresent(price -> fields.put("price", BigDecimal.valueOf(price.microCurrency(), MICROS)));
    fields.put("corrected_prompt_tokens", exported.corrected().prompt());
    fields.put("corrected_cached_tokens", exported.corrected().cached());
    fields.put("corrected_completion_tokens", exported.corrected().completion());
    fields.put("correction", BigDecimal.valueOf(exported.correctedMicroCurrency(), MICROS));
    fields.put("cost", BigDecimal.valueOf(exported.microCurrency(), MICROS));
    fields.put("stated_month", exported.stated().toString());
  }
}
