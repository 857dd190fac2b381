package org.archipel.engines;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One sample of a page in Prometheus text format: {@code name{label="value"} 1.0}. */
final class MetricsLine {
  private final String text;
  private final int end;
  private final String name;
  private int at;

  MetricsLine(String text, int start, int end) {
    this.text = text;
    this.end = end;
    this.at = start;
    while (at < end && text.charAt(at) != '{' && text.charAt(at) > ' ') {
      at++;
    }
    this.name = text.substring(start, at);
  }

  String name() {
    return name;
  }

  /** The labels that are not empty, or nothing when they cannot be read. To be asked first. */
  Optional<Map<String, String>> labels(int most) {
    Map<String, String> labels = new HashMap<>();
    skipBlanks();
    if (at == end || text.charAt(at) != '{') {
      return Optional.of(labels);
    }
    at++;
    for (int seen = 0; seen <= most; seen++) {
      skipBlanks();
      if (at < end && text.charAt(at) == '}') {
        at++;
        return Optional.of(labels);
      }
      int equals = text.indexOf('=', at, end);
      if (equals < 0) {
        return Optional.empty();
      }
      String key = text.substring(at, equals).strip();
      at = equals + 1;
      Optional<String> value = quoted();
      if (value.isEmpty()) {
        return Optional.empty();
      }
      if (!value.get().isEmpty()) {
        labels.put(key, value.get());
      }
      skipBlanks();
      if (at < end && text.charAt(at) == ',') {
        at++;
      }
    }
    return Optional.empty();
  }

  /** What comes after the labels, when it is a number from 0 on. */
  OptionalDouble value(int longest) {
    skipBlanks();
    int start = at;
    while (at < end && text.charAt(at) > ' ') {
      at++;
    }
    if (at == start || at - start > longest) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text.substring(start, at));
      return value >= 0 && value < Double.POSITIVE_INFINITY
          ? OptionalDouble.of(value)
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private Optional<String> quoted() {
    skipBlanks();
    if (at == end || text.charAt(at) != '"') {
      return Optional.empty();
    }
    StringBuilder value = new StringBuilder();
    for (at++; at < end; at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return Optional.of(value.toString());
      }
      if (c == '\\' && at + 1 < end) {
        at++;
        c = text.charAt(at) == 'n' ? '\n' : text.charAt(at);
      }
      value.append(c);
    }
    return Optional.empty();
  }

  private void skipBlanks() {
    while (at < end && text.charAt(at) <= ' ') {
      at++;
    }
  }
}
