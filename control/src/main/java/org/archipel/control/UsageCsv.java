package org.archipel.control;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageReport;
import org.archipel.ledger.export.Csv;

/** Usage as CSV (RFC 4180), with a header line. */
final class UsageCsv {
  private static final int MICROS = 6;
  private static final int MILLIS = 3;

  private UsageCsv() {}

  /** The sums by the names that JSON and CSV share, in order. */
  static Map<String, Number> sums(UsageReport.Sums sums) {
    Map<String, Number> fields = new LinkedHashMap<>();
    fields.put("requests", sums.requests());
    fields.put("completed", sums.completed());
    fields.put("cancelled", sums.cancelled());
    fields.put("failed", sums.failed());
    fields.put("prompt_tokens", sums.promptTokens());
    fields.put("cached_tokens", sums.cachedTokens());
    fields.put("completion_tokens", sums.completionTokens());
    fields.put("estimated", sums.estimated());
    fields.put("engine_seconds", BigDecimal.valueOf(sums.engineMicros(), MICROS));
    fields.put("audio_seconds", BigDecimal.valueOf(sums.audioMillis(), MILLIS));
    fields.put("cost", BigDecimal.valueOf(sums.microCurrency(), MICROS));
    return fields;
  }

  static String write(Set<UsageDimension> by, UsageReport report) {
    StringBuilder csv = new StringBuilder();
    List<String> head = new ArrayList<>(by.stream().map(UsageRoutes::word).toList());
    head.addAll(sums(UsageReport.Sums.NONE).keySet());
    csv.append(String.join(",", head)).append("\r\n");
    for (UsageReport.Row row : report.rows()) {
      List<String> cells = new ArrayList<>();
      by.forEach(dimension -> cells.add(Csv.cell(row.keys().getOrDefault(dimension, ""))));
      sums(row.sums()).values().forEach(sum -> cells.add(sum.toString()));
      csv.append(cells.stream().collect(Collectors.joining(","))).append("\r\n");
    }
    return csv.toString();
  }
}
