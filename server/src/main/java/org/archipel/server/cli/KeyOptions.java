package org.archipel.server.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be said of a key. On a change, what is not given stays. */
final class KeyOptions {
  @Option(names = "--name", paramLabel = "TEXT", description = "What its owner calls it.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--purpose", paramLabel = "TEXT", description = "What the key is for.")
  private Optional<String> purpose = Optional.empty();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      description = "A date, a time, or a distance such as 90d. Never unless given.")
  private Optional<String> expires = Optional.empty();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Of requests that name none: interactive, standard (default) or batch.")
  private Optional<String> serviceClass = Optional.empty();

  @Option(
      names = "--max-class",
      paramLabel = "CLASS",
      description = "The most urgent class that a request may have; interactive unless given.")
  private Optional<String> maxClass = Optional.empty();

  @Option(
      names = "--routing",
      paramLabel = "MODE",
      description = "Of requests that name none: any (default), local-first or local-only.")
  private Optional<String> routing = Optional.empty();

  @Option(
      names = "--max-routing",
      paramLabel = "MODE",
      description =
          "The widest mode that a request may have; any unless given, and local-only for a key"
              + " that is local-only.")
  private Optional<String> maxRouting = Optional.empty();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "How many requests may wait in its line. As many as the site lets, if not.")
  private Optional<Integer> queue = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A model that it may use, or a beginning such as mistral-*; may be given more than once."
              + " Every model unless given.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--require",
      paramLabel = "LABEL",
      description = "A label that the serving site must have; may be given more than once.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "inference (default) or usage:read; may be given more than once.")
  private List<String> scopes = new ArrayList<>();

  /** What was said. */
  Map<String, Object> said() {
    Map<String, Object> said = new HashMap<>();
    put(said, "name", name);
    put(said, "purpose", purpose);
    put(said, "expires", expires);
    put(said, "class", serviceClass);
    put(said, "max_class", maxClass);
    put(said, "routing", routing);
    put(said, "max_routing", maxRouting);
    queue.ifPresent(length -> said.put("queue", length));
    put(said, "models", models);
    put(said, "required_labels", labels);
    put(said, "scopes", scopes);
    return said;
  }

  private static void put(Map<String, Object> said, String field, Optional<String> value) {
    value.ifPresent(text -> said.put(field, text));
  }

  private static void put(Map<String, Object> said, String field, List<String> values) {
    if (!values.isEmpty()) {
      said.put(field, values);
    }
  }
}
