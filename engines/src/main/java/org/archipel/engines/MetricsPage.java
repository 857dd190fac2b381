package org.archipel.engines;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The series of a page in Prometheus text format that somebody asked for. Ours and not a library's:
 * those in Java write the format, and what an engine sends has to be read with distrust. Lines that
 * cannot be read, and values that are no count or share (NaN, infinite, negative), are as if they
 * were not there. Of a page that was cut, the series that the cut may have gone through is left
 * out.
 *
 * <p>Names are written with {@code _}: {@code vllm_num_requests_running} finds {@code
 * vllm:num_requests_running}, and what Ray makes of it. A label that is empty counts as missing, as
 * in Prometheus. Immutable.
 */
final class MetricsPage {
  private static final int MAX_LINE = 8_192;
  private static final int MAX_LABELS = 64;
  private static final int MAX_VALUE = 40;

  /** A count above it is no count of requests. */
  private static final double MOST = 10_000_000;

  /** One engine with hundreds of ranks has as many samples of a series; more is no engine. */
  private static final int MAX_SAMPLES = 4_096;

  private final Map<String, Map<Map<String, String>, Double>> series;

  private MetricsPage(Map<String, Map<Map<String, String>, Double>> series) {
    this.series = series;
  }

  /** Reads what of the page has one of the names; nothing from an answer that is not 200. */
  static MetricsPage read(Answer answer, Set<String> names) {
    Map<String, Map<Map<String, String>, Double>> series = new HashMap<>();
    String text = answer.ok() ? answer.body() : "";
    String last = "";
    int samples = 0;
    for (int start = 0; start < text.length() && samples < MAX_SAMPLES; ) {
      int newline = text.indexOf('\n', start);
      if (newline < 0 && answer.truncated()) {
        break;
      }
      int end = newline < 0 ? text.length() : newline;
      if (end > start && end - start <= MAX_LINE && text.charAt(start) != '#') {
        MetricsLine line = new MetricsLine(text, start, end);
        String name = normal(line.name());
        last = name;
        if (names.contains(name)) {
          samples++;
          add(series, name, line);
        }
      }
      start = end + 1;
    }
    if (answer.truncated() || samples == MAX_SAMPLES) {
      series.remove(last);
    }
    return new MetricsPage(series);
  }

  private static String normal(String name) {
    String plain = name.replace(':', '_');
    return plain.startsWith("ray_") ? plain.substring("ray_".length()) : plain;
  }

  private static void add(
      Map<String, Map<Map<String, String>, Double>> series, String name, MetricsLine line) {
    Optional<Map<String, String>> labels = line.labels(MAX_LABELS);
    OptionalDouble value = line.value(MAX_VALUE);
    if (labels.isPresent() && value.isPresent()) {
      // A sample that is there twice counts once.
      series
          .computeIfAbsent(name, _ -> new LinkedHashMap<>())
          .put(labels.get(), value.getAsDouble());
    }
  }

  /** The labels of the samples of a series. */
  Set<Map<String, String>> labels(String name) {
    return new HashSet<>(series.getOrDefault(name, Map.of()).keySet());
  }

  /** Whether anything that was asked for is there. */
  boolean isEmpty() {
    return series.isEmpty();
  }

  /** The sum over all samples of the first of these series that is there. */
  OptionalInt count(String... names) {
    return count(_ -> true, names);
  }

  /** As {@link #count(String...)} over the samples with such labels. */
  OptionalInt count(Predicate<Map<String, String>> which, String... names) {
    for (String name : names) {
      List<Double> values = values(name, which);
      double sum = values.stream().mapToDouble(Double::doubleValue).sum();
      if (!values.isEmpty() && sum <= MOST) {
        return OptionalInt.of((int) sum);
      }
    }
    return OptionalInt.empty();
  }

  /** The sum of a counter, -1 when it is not there. */
  long total(String name) {
    List<Double> values = values(name, _ -> true);
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    return values.isEmpty() || sum > Long.MAX_VALUE / 2.0 ? -1 : (long) sum;
  }

  /** The mean of the first of these series that is there, of values from 0 to 1; else NaN. */
  double share(String... names) {
    for (String name : names) {
      OptionalDouble mean =
          values(name, _ -> true).stream()
              .mapToDouble(Double::doubleValue)
              .filter(value -> value <= 1)
              .average();
      if (mean.isPresent()) {
        return mean.getAsDouble();
      }
    }
    return Double.NaN;
  }

  private List<Double> values(String name, Predicate<Map<String, String>> which) {
    return series.getOrDefault(name, Map.of()).entrySet().stream()
        .filter(sample -> which.test(sample.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }
}
