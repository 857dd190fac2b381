package org.archipel.simulator.fleet.scenario;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;

/** What is wrong in a file, so far. */
final class Problems {
  private final String file;
  private final TreeMap<Integer, Set<String>> byLine = new TreeMap<>();

  Problems(String file) {
    this.file = file;
  }

  /** Variants read the same lines again: what is said twice is kept once. */
  void report(int line, String path, String message) {
    String text = path.isEmpty() ? message : path + ": " + message;
    byLine.computeIfAbsent(line, _ -> new LinkedHashSet<>()).add(text);
  }

  /** To be thrown where reading cannot go on. */
  ScenarioException refuse(int line, String message) {
    report(line, "", message);
    return all();
  }

  boolean any() {
    return !byLine.isEmpty();
  }

  ScenarioException all() {
    StringBuilder text = new StringBuilder();
    byLine.forEach(
        (line, messages) -> {
          for (String message : messages) {
            text.append(text.isEmpty() ? "" : "\n").append(file);
            text.append(line > 0 ? ":" + line : "").append(": ").append(message);
          }
        });
    return new ScenarioException(text.toString());
  }

  /** At most a line's worth, without control characters. */
  static String quoted(String text) {
    String start = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    String printable = start.replaceAll("\\p{Cntrl}", "?");
    return printable.matches("-?[0-9]+(\\.[0-9]+)?") ? printable : "\"" + printable + "\"";
  }
}
