package org.archipel.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of an engine on the command line. */
final class EngineFacts {
  private static final long LARGEST_KEY = 8192;

  @Option(
      names = "--model",
      paramLabel = "MODEL[=NAME]",
      description = "A model that it serves, and its name there when it differs; may be repeated.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "vllm, sglang, llamacpp, ollama or openai; found out unless given.")
  private String type = "";

  @Option(
      names = "--owner",
      paramLabel = "ORG",
      description = "The organization that owns it; the site's unless given.")
  private String owner = "";

  @Option(names = "--device", paramLabel = "NAME", description = "Its device, as in h100-sxm.")
  private @Nullable String device;

  @Option(names = "--count", paramLabel = "N", description = "How many of them; 1 unless given.")
  private int count = 1;

  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      description = "How many requests may run there at once; 0: as the engine says.")
  private Optional<Integer> maxConcurrency = Optional.empty();

  @Option(
      names = "--priority-scheduling",
      paramLabel = "BOOL",
      description = "Whether it was started to heed priorities (vllm, sglang).")
  private Optional<Boolean> priorities = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "On the site's machine: authorities to trust for https, in PEM.")
  private @Nullable String ca;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "What it promises, as in secnumcloud; may be repeated.")
  private List<String> labels = new ArrayList<>();

  // Not as an argument: every user of the machine can read those.
  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "Holds the key that it wants; an empty file: none.")
  private @Nullable Path apiKeyFile;

  @Option(
      names = "--unchecked",
      description = "Take it without asking it, for one that does not run yet.")
  private boolean unchecked;

  /** What was said, as the API takes it. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new HashMap<>();
    if (!models.isEmpty()) {
      fields.put("models", models.stream().map(EngineFacts::served).toList());
    }
    put(fields, "type", type);
    put(fields, "owner", owner);
    if (device != null) {
      fields.put("hardware", Map.of("device", device, "count", count));
    }
    maxConcurrency.ifPresent(n -> fields.put("max_concurrency", n));
    priorities.ifPresent(heeded -> fields.put("priority_scheduling", heeded));
    if (ca != null) {
      fields.put("ca", ca);
    }
    if (!labels.isEmpty()) {
      fields.put("labels", labels.stream().filter(label -> !label.isEmpty()).toList());
    }
    if (apiKeyFile != null) {
      fields.put("api_key", key(apiKeyFile));
    }
    if (unchecked) {
      fields.put("unchecked", true);
    }
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, value);
    }
  }

  private static Map<String, Object> served(String text) {
    int split = text.indexOf('=');
    return split < 0
        ? Map.of("model", text)
        : Map.of("model", text.substring(0, split), "upstream_model", text.substring(split + 1));
  }

  private static String key(Path file) {
    try {
      if (Files.size(file) > LARGEST_KEY) {
        throw Failure.failed(file + ": too large for a key");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw Failure.failed(file + ": cannot be read (expected: a file that holds the key)");
    }
  }
}
