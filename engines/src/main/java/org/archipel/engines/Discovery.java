package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was found at a URL.
 *
 * @param type what speaks there
 * @param version what it says of its version
 * @param slots how many requests it runs at once, when it says so
 * @param metrics whether it serves the load metrics of its type
 * @param models what it serves, in its own order; may be empty
 */
public record Discovery(
    EngineType type,
    Optional<String> version,
    OptionalInt slots,
    boolean metrics,
    List<DiscoveredModel> models) {

  public Discovery {
    models = List.copyOf(models);
  }

  static Discovery of(EngineType type, Findings findings) {
    return new Discovery(
        type,
        findings.version(),
        findings.slots(),
        findings.metrics(),
        findings.models().stream()
            .map(m -> new DiscoveredModel(m.name(), m.kind(), m.contextWindow()))
            .toList());
  }
}
