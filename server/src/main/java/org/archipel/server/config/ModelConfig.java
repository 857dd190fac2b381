package org.archipel.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;

/**
 * A model that the file describes.
 *
 * @param id what callers name in {@code model}
 * @param aliases other names for it
 * @param kind what it is for
 * @param contextWindow tokens of prompt and answer together, when it is not left to the engines
 * @param engines where it runs
 */
public record ModelConfig(
    String id,
    List<String> aliases,
    ModelKind kind,
    OptionalInt contextWindow,
    List<EngineConfig> engines) {

  public static final ModelKind DEFAULT_KIND = ModelKind.CHAT;

  public ModelConfig {
    aliases = List.copyOf(aliases);
    engines = List.copyOf(engines);
  }

  static ModelConfig read(Section section, String organization) {
    try (section) {
      String id = section.require("id", Forms.MODEL_NAME, "model");
      List<String> aliases = section.list("aliases", Forms.MODEL_NAME);
      ModelKind kind = section.find("kind", Forms.word(ModelKind.class)).orElse(DEFAULT_KIND);
      OptionalInt window =
          section.find("context_window", Forms.integer(1, Integer.MAX_VALUE)).stream()
              .mapToInt(Integer::intValue)
              .findFirst();
      List<EngineConfig> engines = new ArrayList<>();
      for (Section engine : section.groups("engines")) {
        engines.add(EngineConfig.read(engine, organization));
      }
      return new ModelConfig(id, aliases, kind, window, engines);
    }
  }

  /** The model as the rooms below know it. */
  public ModelSpec spec() {
    return new ModelSpec(
        id, aliases, kind, contextWindow, engines.stream().map(EngineConfig::spec).toList());
  }
}
