package org.archipel.simulator.fleet.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A group of keys while it is read. Every key asked for becomes known; closing reports the others.
 * A wrong value is reported and a stand-in taken, so that one reading finds all that is wrong.
 */
final class Keys implements AutoCloseable {
  /** Nobody simulates longer; keeps sums of nanoseconds far from overflow. */
  static final double MAX_SECONDS = 30 * 86_400;

  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(us|ms|s|m|h|d)");
  private static final Map<String, Double> UNITS =
      Map.of("us", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0, "d", 86_400.0);
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?");

  private final Problems problems;
  private final String path;
  private final Node.Group node;
  private final Set<String> known = new LinkedHashSet<>();

  Keys(Problems problems, String path, Node.Group node) {
    this.problems = problems;
    this.path = path;
    this.node = node;
  }

  boolean has(String key) {
    return find(key).isPresent();
  }

  double number(String key, double min, double max, OptionalDouble usual) {
    String expected = "a number, %s to %s".formatted(plain(min), plain(max));
    Optional<String> text = text(key, expected, usual.isEmpty());
    if (text.isPresent() && text.get().matches("-?[0-9]{1,15}(\\.[0-9]{1,15})?(e-?[0-9]{1,2})?")) {
      double value = Double.parseDouble(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    }
    text.ifPresent(t -> wrong(key, t, expected));
    return usual.orElse(min);
  }

  double number(String key, double min, double max, double usual) {
    return number(key, min, max, OptionalDouble.of(usual));
  }

  int integer(String key, int min, int max, int usual) {
    double value = number(key, min, max, usual);
    if (value != Math.rint(value)) {
      wrong(key, Double.toString(value), "a whole number, %d to %d".formatted(min, max));
    }
    return (int) value;
  }

  /** A duration in nanoseconds. */
  long nanos(String key, double minSeconds, OptionalDouble usualSeconds) {
    String expected =
        "a duration such as 100us, 12ms, 3s, 5m, 1h, from %s s".formatted(plain(minSeconds));
    Optional<String> text = text(key, expected, usualSeconds.isEmpty());
    double seconds = usualSeconds.orElse(minSeconds);
    if (text.isPresent()) {
      Matcher matcher = DURATION.matcher(text.get().equals("0") ? "0s" : text.get());
      double given =
          matcher.matches()
              ? Double.parseDouble(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 1.0)
              : -1;
      if (given >= minSeconds && given <= MAX_SECONDS) {
        seconds = given;
      } else {
        wrong(key, text.get(), expected);
      }
    }
    return Math.round(seconds * 1e9);
  }

  long nanos(String key, double minSeconds, double usualSeconds) {
    return nanos(key, minSeconds, OptionalDouble.of(usualSeconds));
  }

  String text(String key, String usual) {
    return text(key, "text", false).orElse(usual);
  }

  /** One of an enum's words: its names in lower case, with hyphens. */
  <E extends Enum<E>> E word(String key, Class<E> type, E usual) {
    Map<String, E> words =
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(
                    e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    e -> e,
                    (a, _) -> a,
                    LinkedHashMap::new));
    return choice(key, words, usual);
  }

  <E> E choice(String key, Map<String, E> words, E usual) {
    String expected = "one of " + String.join(", ", words.keySet());
    Optional<String> text = text(key, expected, false);
    if (text.isEmpty()) {
      return usual;
    }
    E found = words.get(text.get());
    if (found == null) {
      wrong(key, text.get(), expected);
      return usual;
    }
    return found;
  }

  boolean flag(String key, boolean usual) {
    return choice(key, new TreeMap<>(Map.of("true", true, "false", false)), usual);
  }

  /** The keys below a key; an absent group reads like an empty one. */
  Keys group(String key) {
    return new Keys(problems, path(key), groupNode(key));
  }

  Node.Group groupNode(String key) {
    return switch (find(key).orElse(Node.Group.empty(node.line()))) {
      case Node.Group group -> group;
      case Node other -> {
        problems.report(other.line(), path(key), other.kind() + " (expected: a group of keys)");
        yield Node.Group.empty(other.line());
      }
    };
  }

  /** Groups under names, in the order of the file. */
  Map<String, Keys> named(String key) {
    Map<String, Keys> named = new LinkedHashMap<>();
    groupNode(key)
        .entries()
        .forEach(
            (name, value) -> {
              String at = path(key) + "." + Problems.quoted(name).replace("\"", "");
              if (!NAME.matcher(name).matches()) {
                problems.report(
                    value.line(), at, "(expected: a name of a-z, 0-9, dots and hyphens)");
              } else if (value instanceof Node.Group group) {
                named.put(name, new Keys(problems, at, group));
              } else {
                problems.report(value.line(), at, value.kind() + " (expected: a group of keys)");
              }
            });
    return named;
  }

  /** Groups in a list. */
  List<Keys> groups(String key) {
    List<Keys> groups = new ArrayList<>();
    for (Node item : items(key)) {
      if (item instanceof Node.Group group) {
        groups.add(new Keys(problems, path(key) + "[" + groups.size() + "]", group));
      } else {
        problems.report(item.line(), path(key), item.kind() + " (expected: a group of keys)");
      }
    }
    return groups;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Node item : items(key)) {
      if (item instanceof Node.Value value) {
        texts.add(value.text());
      } else {
        problems.report(item.line(), path(key), item.kind() + " (expected: text)");
      }
    }
    return texts;
  }

  private List<Node> items(String key) {
    return switch (find(key).orElse(new Node.Items(List.of(), 0))) {
      case Node.Items items -> items.nodes();
      case Node other -> {
        problems.report(other.line(), path(key), other.kind() + " (expected: a list)");
        yield List.of();
      }
    };
  }

  /** Reports something about a key that only shows together with others. */
  void report(String key, String message) {
    Node at = node.entries().get(key);
    problems.report(at == null ? node.line() : at.line(), path(key), message);
  }

  Node.Group node() {
    return node;
  }

  Problems problems() {
    return problems;
  }

  /** Reports the keys that nobody asked for. */
  @Override
  public void close() {
    node.entries()
        .forEach(
            (key, value) -> {
              if (!known.contains(key)) {
                problems.report(
                    value.line(),
                    path(Problems.quoted(key).replace("\"", "")),
                    "unknown key (expected: one of " + String.join(", ", known) + ")");
              }
            });
  }

  private Optional<Node> find(String key) {
    known.add(key);
    return Optional.ofNullable(node.entries().get(key)).filter(n -> !(n instanceof Node.Nothing));
  }

  private Optional<String> text(String key, String expected, boolean required) {
    Optional<Node> found = find(key);
    if (found.isEmpty()) {
      if (required) {
        problems.report(node.line(), path(key), "missing (expected: " + expected + ")");
      }
      return Optional.empty();
    }
    if (found.get() instanceof Node.Value value) {
      return Optional.of(value.text());
    }
    wrong(key, found.get().kind(), expected);
    return Optional.empty();
  }

  private void wrong(String key, String text, String expected) {
    report(key, Problems.quoted(text) + " (expected: " + expected + ")");
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
