package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks what speaks at a URL of which only the URL is known. */
final class TargetLook implements EngineWatch.Look {
  private final EngineDiscovery discovery;
  private final DiscoveryTarget target;
  private final String engineId;
  private Findings previous = Findings.NONE;

  TargetLook(EngineDiscovery discovery, DiscoveryTarget target, String engineId) {
    this.discovery = discovery;
    this.target = target;
    this.engineId = engineId;
  }

  @Override
  public List<Served> look() throws EngineProblemException, InterruptedException {
    Findings before = previous;
    previous = Findings.NONE;
    EngineDiscovery.Found found = discovery.examine(target, before);
    previous = found.findings();
    return found.findings().models().stream().map(model -> served(found, model)).toList();
  }

  private Served served(EngineDiscovery.Found found, FoundModel model) {
    String id = ModelNames.id(model.name());
    EngineSpec engine =
        new EngineSpec(
            engineId,
            target.url(),
            found.type(),
            id.equals(model.name()) ? Optional.empty() : Optional.of(model.name()),
            target.apiKey(),
            target.caCertificates(),
            target.owner(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty());
    return new Served(
        id,
        model.kind(),
        ModelNames.aliases(found.type(), model.name()),
        engine,
        found.findings().capabilities(engine, model.contextWindow()));
  }
}
