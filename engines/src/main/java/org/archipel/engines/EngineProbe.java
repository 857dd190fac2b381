package org.archipel.engines;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks one engine whether it is well, what it is and whether it serves its model. Blocks;
 * thread-safe; to be called on virtual threads.
 */
public final class EngineProbe implements AutoCloseable {
  private final EngineHttp http;
  private final Duration limit;

  /** A probe that is over after {@code limit} at the latest. */
  public EngineProbe(Duration limit) {
    this(new EngineHttp(), limit);
  }

  EngineProbe(EngineHttp http, Duration limit) {
    this.http = http;
    this.limit = limit;
  }

  /** What was found, and what of it concerns the engine's model. */
  record Examination(Findings findings, Capabilities capabilities) {}

  /**
   * Asks now.
   *
   * @param previous what was found before
   * @throws EngineProblemException when no request for the model can go there
   */
  Examination examine(String model, EngineSpec spec, Findings previous)
      throws EngineProblemException, InterruptedException {
    Findings findings = findings(open(spec), model, spec, previous);
    return new Examination(findings, capabilities(model, spec, findings));
  }

  /** Asks now, whatever the state of a registry, and says all that an operator may want to know. */
  public ProbeReport report(String model, EngineSpec spec) throws InterruptedException {
    Findings findings = Findings.NONE;
    Optional<EngineType> detected = Optional.empty();
    try {
      EngineSession session = open(spec);
      Optional<EngineProblemException> problem = Optional.empty();
      Capabilities capabilities = Capabilities.UNKNOWN;
      try {
        findings = findings(session, model, spec, Findings.NONE);
        capabilities = findings.capabilities(spec, OptionalInt.empty());
        capabilities = capabilities(model, spec, findings);
      } catch (EngineProblemException e) {
        if (!e.reachable()) {
          throw e;
        }
        problem = Optional.of(e);
      }
      detected = detect(session);
      return report(model, spec, detected, capabilities, findings.names(), problem);
    } catch (EngineProblemException e) {
      return report(model, spec, detected, Capabilities.UNKNOWN, findings.names(), Optional.of(e));
    }
  }

  private static ProbeReport report(
      String model,
      EngineSpec spec,
      Optional<EngineType> detected,
      Capabilities capabilities,
      List<String> models,
      Optional<EngineProblemException> problem) {
    boolean otherType = detected.isPresent() && detected.get() != spec.type();
    Optional<String> what = problem.map(EngineProblemException::problem);
    Optional<String> advice = problem.map(EngineProblemException::advice);
    // A gateway in front may show only the OpenAI part of a known type: that is not a wrong type.
    if (otherType && detected.get() != EngineType.OPENAI) {
      String found = detected.get().word();
      if (spec.type() != EngineType.OPENAI) {
        what = Optional.of("type is " + spec.type().word() + ", but " + found + " speaks there");
      }
      advice =
          what.isPresent() && spec.type() == EngineType.OPENAI
              ? advice
              : Optional.of("set `type: " + found + "`");
    }
    return new ProbeReport(
        model,
        spec.id(),
        spec.url(),
        spec.type(),
        detected,
        problem.map(EngineProblemException::reachable).orElse(true),
        capabilities,
        models,
        what,
        advice);
  }

  private EngineSession open(EngineSpec spec) throws EngineProblemException {
    return http.open(spec.url(), spec.apiKey(), spec.caCertificates(), limit);
  }

  private static Findings findings(
      EngineSession session, String model, EngineSpec spec, Findings previous)
      throws EngineProblemException, InterruptedException {
    Optional<String> wanted = Optional.of(spec.upstreamModel().orElse(model));
    return EngineDialect.of(spec.type()).examine(session, wanted, previous);
  }

  private static Capabilities capabilities(String model, EngineSpec spec, Findings findings)
      throws EngineProblemException {
    Optional<FoundModel> served = ModelNames.wanted(model, spec, findings);
    if (served.isEmpty()) {
      throw ProblemWords.notServed(spec.upstreamModel().orElse(model), findings.names());
    }
    return findings.capabilities(spec, served.get().contextWindow());
  }

  private static Optional<EngineType> detect(EngineSession session) throws InterruptedException {
    try {
      return Optional.of(TypeDetection.detect(session));
    } catch (EngineProblemException e) {
      return Optional.empty();
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    http.close();
  }
}
