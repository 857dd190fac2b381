package org.archipel.simulator.fleet.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads YAML text into nodes. Anchors and aliases are refused, depth and number of nodes bounded: a
 * hostile file costs no more than its own length.
 */
final class NodeReader {
  static final int MAX_DEPTH = 16;
  static final int MAX_NODES = 100_000;

  private final YAMLParser parser;
  private final Problems problems;
  private int nodes;

  private NodeReader(YAMLParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /** Reads one document; throws what {@code problems} throws when it cannot be read. */
  static Node read(String text, Problems problems) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(text.length() + 1);
    limits.setNestingDepthLimit(MAX_DEPTH + 2);
    YAMLFactory factory = YAMLFactory.builder().loaderOptions(limits).build();
    try (YAMLParser parser = factory.createParser(text)) {
      return new NodeReader(parser, problems).document();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw problems.refuse(line, "not YAML (expected: keys and values, here or just above)");
    } catch (IOException e) {
      throw problems.refuse(0, "cannot be read as YAML");
    }
  }

  private Node document() throws IOException {
    JsonToken first = parser.nextToken();
    Node root = first == null ? new Node.Nothing(1) : node(first, 0);
    if (first != null && parser.nextToken() != null) {
      throw problems.refuse(line(), "a second document (expected: one document in the file)");
    }
    return root;
  }

  private Node node(JsonToken token, int depth) throws IOException {
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      throw problems.refuse(
          line(),
          "too deep or too long (expected: at most %d levels and %d values)"
              .formatted(MAX_DEPTH, MAX_NODES));
    }
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw problems.refuse(
          line(), "anchors (&) and aliases (*) are not supported (expected: the value itself)");
    }
    int line = line();
    return switch (token) {
      case START_OBJECT -> group(line, depth);
      case START_ARRAY -> items(line, depth);
      case VALUE_NULL -> new Node.Nothing(line);
      default -> new Node.Value(parser.getText(), line);
    };
  }

  private Node group(int line, int depth) throws IOException {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = line();
      if (entries.put(key, node(parser.nextToken(), depth + 1)) != null) {
        problems.report(keyLine, key, "given twice (expected: once)");
      }
    }
    return new Node.Group(entries, line);
  }

  private Node items(int line, int depth) throws IOException {
    List<Node> list = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      list.add(node(t, depth + 1));
    }
    return new Node.Items(List.copyOf(list), line);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
