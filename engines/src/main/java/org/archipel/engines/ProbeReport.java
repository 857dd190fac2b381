package org.archipel.engines;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What a probe of one engine found, for an operator to read.
 *
 * @param model the model that the engine is to serve
 * @param engine the engine's id
 * @param url where it is
 * @param configuredType what is said to speak there
 * @param detectedType what seems to speak there, when it could be told
 * @param reachable whether something answered in HTTP
 * @param capabilities what is known of it
 * @param models the names of the models that it lists
 * @param problem why no request could go there; empty when all is well
 * @param advice what to do, also when something merely could be better
 */
public record ProbeReport(
    String model,
    String engine,
    URI url,
    EngineType configuredType,
    Optional<EngineType> detectedType,
    boolean reachable,
    Capabilities capabilities,
    List<String> models,
    Optional<String> problem,
    Optional<String> advice) {

  public ProbeReport {
    models = List.copyOf(models);
  }

  /** Whether requests may go there. */
  public boolean ok() {
    return problem.isEmpty();
  }
}
