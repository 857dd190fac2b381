package org.archipel.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One reading of a configuration: what was wrong so far, and which keys there are. */
final class Reading {
  private final Placeholders placeholders;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> keys = new TreeSet<>();

  Reading(Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Every key that was asked for, with {@code []} for the place in a list. */
  Set<String> keys() {
    return Set.copyOf(keys);
  }

  void know(String path) {
    keys.add(path.replaceAll("\\[\\d+]", "[]"));
  }

  void report(int line, String path, String message) {
    problems.add(new Problem(line, path, message));
  }

  <T> Optional<T> parse(String path, YamlNode.Scalar scalar, Form<T> form) {
    switch (placeholders.expand(scalar.text())) {
      case Placeholders.Unusable unusable -> {
        report(scalar.line(), path, unusable.message());
        return Optional.empty();
      }
      case Placeholders.Expanded expanded -> {
        Optional<T> value = form.parse().apply(expanded.text());
        if (value.isEmpty()) {
          boolean hidden = form.secret() || expanded.fromEnvironment();
          String shown = hidden ? "a value that is not shown" : quoted(scalar.text());
          report(scalar.line(), path, shown + " (expected: " + form.expected() + ")");
        }
        return value;
      }
    }
  }

  /** Numbers as they are, all else in quotes, never more than a line's worth. */
  static String quoted(String text) {
    String printable = printable(text);
    return printable.matches("-?[0-9]+(\\.[0-9]+)?") ? printable : "\"" + printable + "\"";
  }

  static String printable(String text) {
    String start = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
