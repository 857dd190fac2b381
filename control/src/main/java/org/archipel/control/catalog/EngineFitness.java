package org.archipel.control.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.archipel.control.catalog.CatalogException.Kind;
import org.archipel.engines.EngineProbe;
import org.archipel.engines.EngineType;
import org.archipel.engines.ProbeReport;

/** Asks an engine, before it is taken, whether it can do what is wanted. Thread-safe; blocks. */
final class EngineFitness implements AutoCloseable {
  private final EngineProbe probe;

  EngineFitness(Duration limit) {
    this.probe = new EngineProbe(limit);
  }

  /** The type that the engine turns out to have. */
  EngineDraft typed(EngineDraft draft, Optional<String> apiKey) {
    EngineDraft asAny = draft.withType(EngineType.OPENAI);
    ProbeReport report = ask(asAny, draft.models().getFirst(), apiKey);
    EngineType found =
        report
            .detectedType()
            .orElseThrow(
                () ->
                    new CatalogException(
                        Kind.UNFIT,
                        "what speaks at %s cannot be told: %s (give its type, or start it)"
                            .formatted(draft.url(), report.problem().orElse("no answer"))));
    return draft.withType(found);
  }

  /**
   * Nothing when it can serve all of its models.
   *
   * @throws CatalogException of kind {@code UNFIT}, with what to do about it
   */
  void check(EngineDraft draft, Optional<String> apiKey) {
    List<ServedModel> models = draft.models();
    for (ServedModel served : models) {
      ProbeReport report = ask(draft, served, apiKey);
      if (!report.ok()) {
        String advice = report.advice().map(text -> ": " + text).orElse("");
        throw new CatalogException(
            Kind.UNFIT,
            "engine %s at %s cannot serve %s: %s%s"
                .formatted(
                    draft.id(),
                    draft.url(),
                    served.model(),
                    report.problem().orElse("unknown"),
                    advice));
      }
    }
  }

  private ProbeReport ask(EngineDraft draft, ServedModel served, Optional<String> apiKey) {
    try {
      return probe.report(served.model(), draft.spec(served, apiKey));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CatalogException(Kind.UNFIT, "the engine was not asked: the site is stopping");
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
