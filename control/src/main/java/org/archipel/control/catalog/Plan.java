package org.archipel.control.catalog;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.archipel.engines.EngineRegistry;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.ModelSpec;

/**
 * What the registry is told: the file first, then the store's entries in the order in which they
 * were added. An entry that clashes with what comes before it is off, and the reason is kept.
 *
 * @param models all that are configured
 * @param draining engines that get no new requests
 * @param offModels models of the store that are not served, and why
 * @param offEngines engines of the store that are not used, and why
 */
record Plan(
    List<ModelSpec> models,
    Set<String> draining,
    Map<String, String> offModels,
    Map<String, String> offEngines) {

  /**
   * Makes the plan.
   *
   * @param files the models of the configuration file, which are sound
   * @param entries what the store holds
   * @param key opens an engine's API key; empty when it cannot be opened
   */
  static Plan of(
      List<ModelSpec> files, Entries entries, Function<StoredEngine, Optional<String>> key) {
    Map<String, ModelSpec> models = new LinkedHashMap<>();
    Map<String, String> names = new HashMap<>();
    for (ModelSpec model : files) {
      models.put(model.id(), model);
      claim(names, model.id(), model.aliases());
    }
    Map<String, String> offModels = new TreeMap<>();
    for (StoredModel stored : entries.models()) {
      ModelDraft draft = stored.draft();
      Optional<String> taken = taken(names, draft);
      if (taken.isPresent()) {
        offModels.put(draft.id(), taken.get());
        continue;
      }
      models.put(draft.id(), empty(draft));
      claim(names, draft.id(), draft.aliases());
    }
    Map<String, String> offEngines = new TreeMap<>();
    Map<String, URI> fileEngines = engineUrls(files);
    for (StoredEngine engine : entries.engines()) {
      add(models, fileEngines, engine, key)
          .ifPresent(problem -> offEngines.put(engine.draft().id(), problem));
    }
    Set<String> draining =
        entries.drains().stream().map(Drain::engine).collect(Collectors.toUnmodifiableSet());
    return new Plan(List.copyOf(models.values()), draining, offModels, offEngines);
  }

  private static void claim(Map<String, String> names, String id, List<String> aliases) {
    names.put(id, id);
    aliases.forEach(alias -> names.put(alias, id));
  }

  private static Optional<String> taken(Map<String, String> names, ModelDraft draft) {
    if (names.containsKey(draft.id())) {
      return Optional.of(clash("id", draft.id(), names));
    }
    return draft.aliases().stream()
        .filter(names::containsKey)
        .findFirst()
        .map(alias -> clash("alias", alias, names));
  }

  private static String clash(String what, String name, Map<String, String> names) {
    String model = String.valueOf(names.get(name));
    return "its %s %s is taken by %s"
        .formatted(what, name, name.equals(model) ? "another model" : "model " + model);
  }

  private static ModelSpec empty(ModelDraft draft) {
    return new ModelSpec(
        draft.id(), draft.aliases(), draft.kind(), draft.contextWindow(), List.of());
  }

  private static Map<String, URI> engineUrls(Collection<ModelSpec> models) {
    Map<String, URI> urls = new HashMap<>();
    models.forEach(model -> model.engines().forEach(engine -> urls.put(engine.id(), engine.url())));
    return urls;
  }

  /** Adds an engine to its models; says why when it cannot be. */
  private static Optional<String> add(
      Map<String, ModelSpec> models,
      Map<String, URI> fileEngines,
      StoredEngine engine,
      Function<StoredEngine, Optional<String>> key) {
    EngineDraft draft = engine.draft();
    if (fileEngines.containsKey(draft.id())) {
      return Optional.of("an engine of the configuration file has the id " + draft.id());
    }
    Optional<String> apiKey = key.apply(engine);
    if (engine.hasApiKey() && apiKey.isEmpty()) {
      return Optional.of(
          "its API key cannot be opened with this site's key (set it again, or restore site.key)");
    }
    Map<String, ModelSpec> changed = new LinkedHashMap<>();
    for (ServedModel served : draft.models()) {
      ModelSpec model = models.get(served.model());
      if (model == null) {
        return Optional.of("there is no model " + served.model());
      }
      changed.put(model.id(), with(model, draft.spec(served, apiKey)));
    }
    try {
      EngineRegistry.check(List.copyOf(changed.values()));
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    models.putAll(changed);
    return Optional.empty();
  }

  private static ModelSpec with(ModelSpec model, EngineSpec engine) {
    List<EngineSpec> engines = new ArrayList<>(model.engines());
    engines.add(engine);
    return new ModelSpec(model.id(), model.aliases(), model.kind(), model.contextWindow(), engines);
  }
}
