package org.archipel.acceptance;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedModel;

/** The text of a site's configuration. Immutable: each {@code with} method gives a changed copy. */
final class SiteFile {
  /** The organization that owns the engines. */
  static final String OWNER = "univ-rennes";

  private static final String HEAD =
      """
      site:
        id: rennes
        name: Université de Rennes
        organization: %s
      """
          .formatted(OWNER);

  private final List<String> blocks;
  private final List<String> models;

  private SiteFile(List<String> blocks, List<String> models) {
    this.blocks = List.copyOf(blocks);
    this.models = List.copyOf(models);
  }

  /** A site whose models are added while it runs. */
  static SiteFile empty() {
    return bare().with("models: []");
  }

  /** A site without any model yet. */
  static SiteFile bare() {
    return new SiteFile(List.of(HEAD), List.of());
  }

  /** A site with every model of a simulated engine, as many at a time as the engine runs. */
  static SiteFile on(SimulatedEngine engine) {
    SiteFile file = bare();
    for (SimulatedModel model : engine.options().models()) {
      file =
          file.withModel(
              model.name(),
              kind(model.kind()),
              engine.url(),
              engine.options().flavour().word(),
              engine.options().maxConcurrency());
    }
    return file;
  }

  /** Adds lines at the top level, for example a whole {@code shutdown:} block. */
  SiteFile with(String block) {
    List<String> more = new ArrayList<>(blocks);
    more.add(block.stripTrailing() + "\n");
    return new SiteFile(more, models);
  }

  /** Adds a model on one engine. */
  SiteFile withModel(String id, String kind, URI engine, String type, int concurrency) {
    return withModel(
        """
          - id: %s
            kind: %s
            engines:
              - url: %s
                type: %s
                max_concurrency: %d
        """
            .formatted(id, kind, engine, type, concurrency));
  }

  /** Adds a chat model on several engines, whose ids are {@code e1}, {@code e2} and so on. */
  SiteFile withChat(String id, List<SimulatedEngine> engines) {
    StringBuilder lines =
        new StringBuilder("  - id: %s\n    kind: chat\n    engines:\n".formatted(id));
    int number = 0;
    for (SimulatedEngine engine : engines) {
      number++;
      lines.append(
          """
                - id: e%d
                  url: %s
                  type: %s
                  max_concurrency: %d
          """
              .formatted(
                  number,
                  engine.url(),
                  engine.options().flavour().word(),
                  engine.options().maxConcurrency()));
    }
    return withModel(lines.toString());
  }

  /** Adds a model by its lines, indented as an item of the list. */
  SiteFile withModel(String lines) {
    List<String> more = new ArrayList<>(models);
    more.add(lines.stripTrailing() + "\n");
    return new SiteFile(blocks, more);
  }

  String text() {
    return String.join("\n", blocks)
        + (models.isEmpty() ? "" : "\nmodels:\n" + String.join("", models));
  }

  private static String kind(SimulatedModel.Kind kind) {
    return switch (kind) {
      case CHAT, IMAGE -> "chat";
      case EMBEDDING -> "embedding";
      case RERANK -> "rerank";
      case TRANSCRIPTION -> "transcription";
      case SPEECH -> "speech";
    };
  }
}
