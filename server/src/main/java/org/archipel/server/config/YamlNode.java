package org.archipel.server.config;

import java.util.List;
import java.util.Map;

/** A piece of a YAML file that remembers its line. Lines count from 1. */
sealed interface YamlNode {
  int line();

  /** How messages call this kind of node. */
  String kind();

  /** A value, as written in the file and before variables are read. */
  record Scalar(String text, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a single value";
    }
  }

  /** A key without a value, or the word {@code null}. */
  record Nothing(int line) implements YamlNode {
    @Override
    public String kind() {
      return "nothing";
    }
  }

  /** A list. */
  record Sequence(List<YamlNode> items, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys and their values, in the order of the file. */
  record Mapping(Map<String, Entry> entries, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a group of keys";
    }
  }

  /** The value of a key, and the line of the key itself. */
  record Entry(int line, YamlNode value) {}
}
