package org.archipel.simulator.fleet.scenario;

/**
 * A scenario or trace that cannot be used; the message names file and line of all that is wrong.
 */
public final class ScenarioException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ScenarioException(String message) {
    super(message);
  }
}
