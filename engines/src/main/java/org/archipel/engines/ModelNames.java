package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How the names of models at engines relate to the names that callers use. */
final class ModelNames {
  private static final String LATEST = ":latest";
  private static final String GGUF = ".gguf";

  private ModelNames() {}

  /**
   * What to call a discovered model. A name that is a file's path becomes the file's name: callers
   * need not know the folders of the engine's machine.
   */
  static String id(String upstream) {
    boolean path =
        upstream.startsWith("/") || upstream.startsWith("./") || upstream.startsWith("../");
    if (!path && !upstream.endsWith(GGUF)) {
      return upstream;
    }
    String file = upstream.substring(upstream.lastIndexOf('/') + 1);
    String bare = file.endsWith(GGUF) ? file.substring(0, file.length() - GGUF.length()) : file;
    return bare.isEmpty() ? upstream : bare;
  }

  /** Other names under which callers may know it. */
  static List<String> aliases(EngineType type, String upstream) {
    return type == EngineType.OLLAMA && upstream.endsWith(LATEST)
        ? List.of(upstream.substring(0, upstream.length() - LATEST.length()))
        : List.of();
  }

  /**
   * The model that an engine's owner means, among what the engine lists.
   *
   * @param model its id here; its name there too unless the engine says otherwise
   */
  static Optional<FoundModel> wanted(String model, EngineSpec spec, Findings findings) {
    String wanted = spec.upstreamModel().orElse(model);
    if (!findings.listed()) {
      return Optional.of(new FoundModel(wanted, OptionalInt.empty()));
    }
    Optional<FoundModel> exact = findings.model(wanted);
    if (exact.isPresent()) {
      return exact;
    }
    return switch (spec.type()) {
      case OLLAMA ->
          findings.models().stream()
              .filter(m -> OllamaDialect.matches(wanted, m.name()))
              .findFirst();
      case LLAMACPP -> llamaCpp(wanted, spec, findings);
      case VLLM, SGLANG, OPENAI -> Optional.empty();
    };
  }

  private static Optional<FoundModel> llamaCpp(String wanted, EngineSpec spec, Findings findings) {
    // It serves its one model by whatever name, so only a name that was given is held against it.
    if (findings.models().size() == 1 && spec.upstreamModel().isEmpty()) {
      return Optional.of(findings.models().getFirst());
    }
    return findings.models().stream().filter(m -> id(m.name()).equals(id(wanted))).findFirst();
  }
}
