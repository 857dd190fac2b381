package org.archipel.simulator.fleet.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a scenario file that remembers its line. Lines count from 1. */
sealed interface Node {
  int line();

  /** A value, as written. */
  record Value(String text, int line) implements Node {}

  /** A key without a value. */
  record Nothing(int line) implements Node {}

  /** A list. */
  record Items(List<Node> nodes, int line) implements Node {}

  /** Keys and their values, in the order of the file. */
  record Group(Map<String, Node> entries, int line) implements Node {
    static Group empty(int line) {
      return new Group(Map.of(), line);
    }
  }

  /** How messages call this kind of node. */
  default String kind() {
    return switch (this) {
      case Value _ -> "a single value";
      case Nothing _ -> "nothing";
      case Items _ -> "a list";
      case Group _ -> "a group of keys";
    };
  }

  /**
   * {@code base} with what {@code over} says put over it: groups key by key, anything else as a
   * whole. A key without a value in {@code over} takes the base's away.
   */
  static Node merge(Node base, Node over) {
    if (!(base instanceof Group(Map<String, Node> below, int line))
        || !(over instanceof Group(Map<String, Node> above, int _))) {
      return over;
    }
    Map<String, Node> merged = new LinkedHashMap<>(below);
    above.forEach(
        (key, node) -> {
          Node old = merged.get(key);
          if (node instanceof Nothing) {
            merged.remove(key);
          } else {
            merged.put(key, old == null ? node : merge(old, node));
          }
        });
    return new Group(merged, line);
  }
}
