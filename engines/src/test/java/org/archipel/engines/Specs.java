package org.archipel.engines;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Short ways to write models and engines in tests. */
final class Specs {
  private Specs() {}

  static EngineSpec engine(String id, EngineType type, URI url) {
    return engine(id, type, url, Optional.empty());
  }

  static EngineSpec engine(String id, EngineType type, URI url, Optional<String> apiKey) {
    return new EngineSpec(
        id, url, type, Optional.empty(), apiKey, Optional.empty(), "univ", Optional.empty(), 8);
  }

  static EngineSpec named(EngineSpec spec, String upstreamModel) {
    return spec.withUpstreamModel(upstreamModel);
  }

  static ModelSpec model(String id, EngineSpec... engines) {
    return model(id, List.of(), engines);
  }

  static ModelSpec model(String id, List<String> aliases, EngineSpec... engines) {
    return new ModelSpec(id, aliases, ModelKind.CHAT, OptionalInt.empty(), List.of(engines));
  }
}
