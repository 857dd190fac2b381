package org.archipel.server.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Models, and engines whose models are found by asking them.
 *
 * @param models the models that the file describes
 * @param discover engines of which only the URL is known
 */
public record EnginesConfig(List<ModelConfig> models, List<URI> discover) {
  public EnginesConfig {
    models = List.copyOf(models);
    discover = List.copyOf(discover);
  }

  static EnginesConfig read(Section root, String organization) {
    List<ModelConfig> models = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<String, URI> engines = new HashMap<>();
    for (Section section : root.groups("models")) {
      ModelConfig model = ModelConfig.read(section, organization);
      models.add(model);
      claim(section, "id", model.id(), model.id(), names);
      model.aliases().forEach(alias -> claim(section, "aliases", alias, model.id(), names));
      checkEngines(section, model, engines);
    }
    return new EnginesConfig(models, root.list("discover", Forms.ENGINE_URL));
  }

  private static void claim(
      Section section, String key, String name, String model, Map<String, String> names) {
    String owner = names.putIfAbsent(name, model);
    if (owner != null) {
      section.report(key, "\"" + name + "\" (expected: a name that no other model has)");
    }
  }

  /** One id means one engine: in metrics, in answers and in the ledger. */
  private static void checkEngines(Section section, ModelConfig model, Map<String, URI> engines) {
    Map<String, URI> own = new HashMap<>();
    for (EngineConfig engine : model.engines()) {
      String id = engine.spec().id();
      URI url = engine.spec().url();
      URI known = engines.putIfAbsent(id, url);
      boolean twice = own.put(id, url) != null;
      if (twice || (known != null && !known.equals(url))) {
        section.report("engines", "\"" + id + "\" (expected: an id that no other engine has)");
      }
    }
  }
}
