package org.archipel.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A group of keys while it is read. Every key that is asked for becomes known; closing reports the
 * others. A value that cannot be used is reported and its default taken, so that one start finds
 * all that is wrong.
 */
final class Section implements AutoCloseable {
  private final Reading reading;
  private final String path;
  private final YamlNode.Mapping node;
  private final Set<String> known = new LinkedHashSet<>();

  Section(Reading reading, String path, YamlNode.Mapping node) {
    this.reading = reading;
    this.path = path;
    this.node = node;
  }

  /** The value of a key, or {@code standIn} after reporting that it is missing or wrong. */
  <T> T require(String key, Form<T> form, T standIn) {
    if (entry(key).isEmpty()) {
      reading.report(node.line(), path(key), "missing (expected: " + form.expected() + ")");
    }
    return find(key, form).orElse(standIn);
  }

  /** The value of a key, if it is there and right. */
  <T> Optional<T> find(String key, Form<T> form) {
    return entry(key).flatMap(entry -> value(path(key), entry.value(), form));
  }

  /** The values of a list; a single value counts as a list of one. Empty when it is absent. */
  <T> List<T> list(String key, Form<T> form) {
    List<T> values = new ArrayList<>();
    List<YamlNode> items =
        switch (entry(key).map(YamlNode.Entry::value).orElse(nothing())) {
          case YamlNode.Sequence sequence -> sequence.items();
          case YamlNode.Nothing _ -> List.of();
          case YamlNode other -> List.of(other);
        };
    for (int i = 0; i < items.size(); i++) {
      value(path(key) + "[" + i + "]", items.get(i), form).ifPresent(values::add);
    }
    return List.copyOf(values);
  }

  /** The values of a list, if it is there: an empty one says that nothing is meant. */
  <T> Optional<List<T>> findList(String key, Form<T> form) {
    return entry(key).map(_ -> list(key, form));
  }

  /** The keys below a key; an absent group reads like an empty one. */
  Section group(String key) {
    return findGroup(key)
        .orElseGet(
            () -> new Section(reading, path(key), new YamlNode.Mapping(Map.of(), node.line())));
  }

  /** The keys below a key, if it is there. */
  Optional<Section> findGroup(String key) {
    return switch (entry(key).map(YamlNode.Entry::value).orElse(nothing())) {
      case YamlNode.Mapping mapping -> Optional.of(new Section(reading, path(key), mapping));
      case YamlNode.Nothing _ -> Optional.empty();
      case YamlNode other -> {
        reading.report(other.line(), path(key), other.kind() + " (expected: a group of keys)");
        yield Optional.empty();
      }
    };
  }

  /** The groups of a list of groups. */
  List<Section> groups(String key) {
    List<Section> sections = new ArrayList<>();
    YamlNode value = entry(key).map(YamlNode.Entry::value).orElse(nothing());
    List<YamlNode> items = value instanceof YamlNode.Sequence list ? list.items() : List.of();
    if (!(value instanceof YamlNode.Sequence) && !(value instanceof YamlNode.Nothing)) {
      reading.report(value.line(), path(key), value.kind() + " (expected: a list)");
    }
    for (int i = 0; i < items.size(); i++) {
      String itemPath = path(key) + "[" + i + "]";
      if (items.get(i) instanceof YamlNode.Mapping mapping) {
        sections.add(new Section(reading, itemPath, mapping));
      } else {
        YamlNode other = items.get(i);
        reading.report(other.line(), itemPath, other.kind() + " (expected: a group of keys)");
      }
    }
    return sections;
  }

  /** Whether a list was written there, be it empty. */
  boolean hasList(String key) {
    return entry(key).filter(entry -> entry.value() instanceof YamlNode.Sequence).isPresent();
  }

  /** Reports something about a key that only shows together with others. */
  void report(String key, String message) {
    int line = Optional.ofNullable(node.entries().get(key)).map(e -> e.line()).orElse(node.line());
    reading.report(line, path(key), message);
  }

  /** Reports the keys that nobody asked for. */
  @Override
  public void close() {
    for (Map.Entry<String, YamlNode.Entry> entry : node.entries().entrySet()) {
      if (!known.contains(entry.getKey())) {
        reading.report(
            entry.getValue().line(),
            path(Reading.printable(entry.getKey())),
            "unknown key (expected: " + suggestion(entry.getKey()) + ")");
      }
    }
    known.forEach(key -> reading.know(path(key)));
  }

  private String suggestion(String key) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
        .filter(candidate -> distance(key, candidate) <= Math.max(2, candidate.length() / 3))
        .map(candidate -> "did you mean " + candidate + "?")
        .orElse("one of " + String.join(", ", known));
  }

  /** The number of letters to add, drop, replace or swap with a neighbour. */
  static int distance(String a, String b) {
    if (a.length() > 100) {
      return Integer.MAX_VALUE;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private Optional<YamlNode.Entry> entry(String key) {
    known.add(key);
    return Optional.ofNullable(node.entries().get(key));
  }

  private <T> Optional<T> value(String at, YamlNode value, Form<T> form) {
    return switch (value) {
      case YamlNode.Scalar scalar -> reading.parse(at, scalar, form);
      case YamlNode other -> {
        reading.report(other.line(), at, other.kind() + " (expected: " + form.expected() + ")");
        yield Optional.empty();
      }
    };
  }

  private YamlNode nothing() {
    return new YamlNode.Nothing(node.line());
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
