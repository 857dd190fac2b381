package org.archipel.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the YAML file that describes a site. */
public final class ConfigFile {
  /** The largest file that is read, in bytes. */
  static final int MAX_BYTES = 1 << 20;

  private final String name;
  private final Optional<Path> data;
  private final Placeholders placeholders;

  /**
   * A reader.
   *
   * @param name how messages call the file
   * @param data stands above {@code storage.data} when given
   * @param environment what {@code ${NAME}} reads
   */
  public ConfigFile(String name, Optional<Path> data, Map<String, String> environment) {
    this.name = name;
    this.data = data;
    this.placeholders = new Placeholders(environment);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException with all that is wrong, also when the file cannot be read
   */
  public static Config load(Path file, Optional<Path> data, Map<String, String> environment) {
    ConfigFile reader = new ConfigFile(file.toString(), data, environment);
    return reader.parse(reader.text(file));
  }

  /**
   * Reads the text of a configuration.
   *
   * @throws ConfigException with all that is wrong
   */
  public Config parse(String text) {
    Reading reading = new Reading(placeholders);
    Config config = Config.read(root(text, reading), data);
    if (!reading.problems().isEmpty()) {
      throw new ConfigException(name, inOrder(reading.problems()));
    }
    return config;
  }

  /** Every key that a reading of {@code text} asks for. */
  Set<String> keys(String text) {
    Reading reading = new Reading(placeholders);
    Config.read(root(text, reading), data);
    return reading.keys();
  }

  private Section root(String text, Reading reading) {
    List<Problem> problems = new ArrayList<>();
    YamlNode tree = YamlTree.read(text, problems);
    if (!problems.isEmpty()) {
      // On a broken tree, messages on keys would be noise.
      throw new ConfigException(name, inOrder(problems));
    }
    return switch (tree) {
      case YamlNode.Mapping mapping -> new Section(reading, "", mapping);
      case YamlNode.Nothing _ -> new Section(reading, "", new YamlNode.Mapping(Map.of(), 1));
      case YamlNode other -> throw wrong(other.line(), other.kind() + " (expected: keys, values)");
    };
  }

  private String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw wrong(0, "larger than " + MAX_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw wrong(0, "not UTF-8 text");
    } catch (IOException e) {
      String why =
          Files.isDirectory(file)
              ? "is a folder"
              : Files.exists(file) ? "cannot be read" : "no such file";
      throw wrong(0, why + " (expected: a YAML file; archipel.yaml in the sources is an example)");
    }
  }

  private ConfigException wrong(int line, String message) {
    return new ConfigException(name, List.of(new Problem(line, "", message)));
  }

  private static List<Problem> inOrder(List<Problem> problems) {
    return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }
}
