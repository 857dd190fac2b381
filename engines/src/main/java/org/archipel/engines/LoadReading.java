package org.archipel.engines;

import org.archipel.scheduling.EngineLoad;

/** What came of asking an engine for its load. */
sealed interface LoadReading {
  /** It told. */
  record Told(EngineLoad load) implements LoadReading {}

  /**
   * It did not. Says nothing of its health.
   *
   * @param problem what was seen
   * @param advice what an operator can do
   */
  record Silence(String problem, String advice) implements LoadReading {
    static Silence of(EngineProblemException e) {
      return new Silence(e.problem(), e.advice());
    }

    /** No answer, or one that is not 200. */
    static Silence at(String path, Answer answer, String advice) {
      return new Silence("answers " + answer.status() + " at " + path, advice);
    }
  }
}
