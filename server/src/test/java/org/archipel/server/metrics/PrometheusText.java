package org.archipel.server.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus' text format 0.0.4, read strictly: what is not understood is an error. */
final class PrometheusText {
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)");
  private static final Pattern HELP = Pattern.compile("# HELP ([a-z_][a-z0-9_]*) \\S.*");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z_][a-z0-9_]*)(?:\\{(.*)})? ([-+.0-9Ee]+|[+-]Inf|NaN)");
  private static final Pattern LABEL =
      Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

  /** A line with a value. */
  record Sample(String name, Map<String, String> labels, double value) {}

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, Sample> samples = new LinkedHashMap<>();

  static PrometheusText read(String text) {
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("the last line does not end");
    }
    PrometheusText read = new PrometheusText();
    text.lines().forEach(read::line);
    return read;
  }

  private void line(String line) {
    Matcher type = TYPE.matcher(line);
    Matcher sample = SAMPLE.matcher(line);
    if (type.matches()) {
      if (types.put(type.group(1), type.group(2)) != null) {
        throw new IllegalArgumentException("a second type: " + line);
      }
    } else if (sample.matches()) {
      Map<String, String> labels = new TreeMap<>();
      String list = sample.group(2) == null ? "" : sample.group(2);
      Matcher label = LABEL.matcher(list);
      int at = 0;
      while (at < list.length() && label.find(at) && label.start() == at) {
        labels.put(label.group(1), label.group(2));
        at = label.end();
      }
      if (at != list.length()) {
        throw new IllegalArgumentException("labels: " + line);
      }
      String value = sample.group(3).replace("Inf", "Infinity");
      Sample read = new Sample(sample.group(1), labels, Double.parseDouble(value));
      if (samples.put(read.name() + labels, read) != null) {
        throw new IllegalArgumentException("twice: " + line);
      }
    } else if (!HELP.matcher(line).matches()) {
      throw new IllegalArgumentException("not understood: " + line);
    }
  }

  /** The type of each family by its name. */
  Map<String, String> types() {
    return types;
  }

  List<Sample> samples() {
    return List.copyOf(samples.values());
  }

  List<Sample> samples(String name) {
    return samples.values().stream().filter(s -> s.name().equals(name)).toList();
  }

  /** The value of the one sample with that name and, among others, these labels. */
  double value(String name, String... labels) {
    List<Sample> found =
        samples(name).stream()
            .filter(
                s -> {
                  for (int i = 0; i < labels.length; i += 2) {
                    if (!labels[i + 1].equals(s.labels().get(labels[i]))) {
                      return false;
                    }
                  }
                  return true;
                })
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          name + " " + List.of(labels) + ": " + found + " of " + samples(name));
    }
    return found.getFirst().value();
  }
}
