package org.archipel.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML text into nodes that know their line. Anchors and aliases are refused, depth and
 * number of nodes are bounded: a hostile file costs no more than its own length.
 */
final class YamlTree {
  static final int MAX_DEPTH = 16;
  static final int MAX_NODES = 100_000;

  private final YAMLParser parser;
  private final List<Problem> problems;
  private int nodes;

  private YamlTree(YAMLParser parser, List<Problem> problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /** Reads {@code text}; what is wrong with it is added to {@code problems}. */
  static YamlNode read(String text, List<Problem> problems) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(text.length() + 1);
    limits.setNestingDepthLimit(MAX_DEPTH + 2);
    YAMLFactory factory = YAMLFactory.builder().loaderOptions(limits).build();
    try (YAMLParser parser = factory.createParser(text)) {
      return new YamlTree(parser, problems).document();
    } catch (Refused e) {
      problems.add(e.problem);
    } catch (JsonProcessingException e) {
      problems.add(syntax(e));
    } catch (IOException | RuntimeException e) {
      // A parser that stumbles must not print what it stumbled over: it may be a secret.
      problems.add(new Problem(0, "", "cannot be read as YAML"));
    }
    return new YamlNode.Nothing(1);
  }

  /** Only the parser's own words and the line: its full message quotes the file. */
  private static Problem syntax(JsonProcessingException e) {
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    String what = "not YAML";
    if (e instanceof JacksonYAMLParseException
        && e.getCause() instanceof MarkedYAMLException marked
        && marked.getProblemMark() != null) {
      line = marked.getProblemMark().getLine() + 1;
      what = "not YAML: a colon, an indent or a quote is out of place here or just above";
    }
    return new Problem(Math.max(line, 0), "", what);
  }

  private YamlNode document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new YamlNode.Nothing(1);
    }
    YamlNode root = node(first, 0);
    JsonToken next = parser.nextToken();
    if (next != null) {
      throw refused("a second document (expected: one document in the file)");
    }
    return root;
  }

  private YamlNode node(JsonToken token, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw refused("nested more than " + MAX_DEPTH + " levels deep");
    }
    if (++nodes > MAX_NODES) {
      throw refused("more than " + MAX_NODES + " values");
    }
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw refused("anchors (&) and aliases (*) are not supported (expected: the value itself)");
    }
    int line = line();
    return switch (token) {
      case START_OBJECT -> mapping(line, depth);
      case START_ARRAY -> sequence(line, depth);
      case VALUE_NULL -> new YamlNode.Nothing(line);
      default -> new YamlNode.Scalar(parser.getText(), line);
    };
  }

  private YamlNode mapping(int line, int depth) throws IOException {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = line();
      YamlNode value = node(parser.nextToken(), depth + 1);
      if (entries.putIfAbsent(key, new YamlNode.Entry(keyLine, value)) != null) {
        problems.add(new Problem(keyLine, key, "given twice (expected: once)"));
      }
    }
    return new YamlNode.Mapping(entries, line);
  }

  private YamlNode sequence(int line, int depth) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(node(t, depth + 1));
    }
    return new YamlNode.Sequence(List.copyOf(items), line);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private Refused refused(String message) {
    return new Refused(new Problem(line(), "", message));
  }

  /** Stops the reading of a file that must not be read on. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    private Refused(Problem problem) {
      super(problem.message());
      this.problem = problem;
    }
  }
}
