package org.archipel.simulator.fleet.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a scenario file. */
public final class ScenarioFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_VARIANTS = 100;

  private final String name;
  private final Path folder;
  private final Optional<Path> trace;
  private final Problems problems;

  private ScenarioFile(Path file, Optional<Path> trace) {
    this.name = file.toString();
    this.folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
    this.trace = trace;
    this.problems = new Problems(name);
  }

  /**
   * Reads a file.
   *
   * @param trace stands above the trace that the file names, when given
   * @throws ScenarioException with all that is wrong in it
   */
  public static Study load(Path file, Optional<Path> trace) {
    ScenarioFile reader = new ScenarioFile(file, trace);
    return reader.study(reader.text(file));
  }

  /** Reads the text of a file that would lie at {@code file}. */
  public static Study parse(Path file, String text) {
    return new ScenarioFile(file, Optional.empty()).study(text);
  }

  private Study study(String text) {
    Node tree = NodeReader.read(text, problems);
    if (!(tree instanceof Node.Group base)) {
      throw problems.refuse(tree.line(), tree.kind() + " (expected: keys and values)");
    }
    Node.Group alone = without(base, "variants");
    Study head = head(base);
    List<Study.Variant> variants = new ArrayList<>();
    Map<String, Keys> named = new Keys(problems, "", base).named("variants");
    named.forEach(
        (variant, keys) -> {
          double x = keys.has("x") ? keys.number("x", -1e9, 1e9, 0) : Double.NaN;
          Node merged = Node.merge(alone, without(keys.node(), "x"));
          variants.add(new Study.Variant(variant, x, scenario(merged)));
        });
    if (named.isEmpty()) {
      variants.add(new Study.Variant("base", Double.NaN, scenario(alone)));
    }
    if (variants.size() > MAX_VARIANTS) {
      problems.report(0, "variants", "too many (expected: at most " + MAX_VARIANTS + ")");
    }
    if (problems.any()) {
      throw problems.all();
    }
    return new Study(head.title(), head.question(), variants, head.policies(), head.seeds());
  }

  private Study head(Node.Group base) {
    Keys keys = new Keys(problems, "", base);
    return new Study(
        keys.text("title", name),
        keys.text("question", ""),
        List.of(),
        keys.texts("policies"),
        keys.integer("seeds", 1, 1000, 5));
  }

  private Scenario scenario(Node tree) {
    Node.Group group = tree instanceof Node.Group g ? g : Node.Group.empty(tree.line());
    try (Keys root = new Keys(problems, "", group)) {
      // The head was read already; it is known, not unknown.
      root.text("title", "");
      root.text("question", "");
      root.texts("policies");
      root.integer("seeds", 1, 1000, 5);
      Node requests = new Keys(problems, "load", root.groupNode("load")).groupNode("requests");
      Map<String, List<OrganizationSpec>> organizations = Organizations.read(root, requests);
      return new Scenario(
          Scenario.Period.read(root),
          Scenario.Objective.read(root.group("objective")),
          EngineGroups.read(root, organizations),
          organizations.values().stream().flatMap(List::stream).toList(),
          Load.read(root.group("load"), folder, trace),
          LoadReports.read(root.group("reports")));
    }
  }

  private static Node.Group without(Node.Group group, String key) {
    java.util.LinkedHashMap<String, Node> rest = new java.util.LinkedHashMap<>(group.entries());
    rest.remove(key);
    return new Node.Group(rest, group.line());
  }

  private String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw problems.refuse(0, "larger than " + MAX_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw problems.refuse(0, "not UTF-8 text");
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "is a folder" : "no such file, or not readable";
      throw problems.refuse(0, why + " (expected: a scenario; simulator/scenarios has examples)");
    }
  }
}
