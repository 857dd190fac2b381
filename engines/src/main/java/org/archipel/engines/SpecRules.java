package org.archipel.engines;

import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold between configured models and engines; anything else is refused at the start. */
final class SpecRules {
  private static final int MAX_ENGINE_ID = 128;

  private SpecRules() {}

  static void check(List<ModelSpec> models) {
    Set<String> ids = new HashSet<>();
    for (ModelSpec model : models) {
      if (!ids.add(model.id())) {
        throw new IllegalArgumentException(
            "models: " + model.id() + " twice (expected: each id once)");
      }
    }
    Map<String, String> aliases = new HashMap<>();
    Map<String, URI> engineUrls = new HashMap<>();
    for (ModelSpec model : models) {
      for (String alias : model.aliases()) {
        String other = ids.contains(alias) ? alias : aliases.put(alias, model.id());
        if (other != null) {
          throw new IllegalArgumentException(
              "aliases of "
                  + model.id()
                  + ": "
                  + alias
                  + " (expected: a name that is not taken; it means "
                  + other
                  + ")");
        }
      }
      checkEngines(model, engineUrls);
    }
  }

  private static void checkEngines(ModelSpec model, Map<String, URI> urls) {
    Set<String> here = new HashSet<>();
    for (EngineSpec engine : model.engines()) {
      String id = engine.id();
      boolean printable = id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
      if (id.isEmpty() || id.length() > MAX_ENGINE_ID || !printable) {
        throw new IllegalArgumentException(
            "engine id of "
                + model.id()
                + ": \""
                + id
                + "\" (expected: 1 to "
                + MAX_ENGINE_ID
                + " printable ASCII characters without spaces)");
      }
      if (!here.add(id)) {
        throw new IllegalArgumentException(
            "engines of " + model.id() + ": " + id + " twice (expected: each id once)");
      }
      EngineUrls.checked(engine.url());
      URI known = urls.putIfAbsent(id, engine.url());
      if (known != null && !known.equals(engine.url())) {
        throw new IllegalArgumentException(
            "engine "
                + id
                + " of "
                + model.id()
                + ": "
                + engine.url()
                + " (expected: "
                + known
                + ", as for another model, or another id)");
      }
      boolean hasPriorities =
          engine.type() == EngineType.VLLM || engine.type() == EngineType.SGLANG;
      if (engine.priorityScheduling().orElse(false) && !hasPriorities) {
        throw new IllegalArgumentException(
            "priority_scheduling of " + id + ": true (expected: only with type vllm or sglang)");
      }
      if (engine.maxConcurrency() < 1) {
        throw new IllegalArgumentException(
            "max_concurrency of " + id + ": " + engine.maxConcurrency() + " (expected: >= 1)");
      }
    }
  }
}
