package org.archipel.engines;

/**
 * An engine could not be examined. Carries words for an operator: what was seen and what to do.
 * Never carries an API key or text taken from the engine's answer, except printable model names.
 */
public final class EngineProblemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String advice;
  private final boolean reachable;

  EngineProblemException(String problem, String advice, boolean reachable) {
    // Without a cause: messages of the HTTP client may quote headers.
    super(problem + ": " + advice, null, false, false);
    this.problem = problem;
    this.advice = advice;
    this.reachable = reachable;
  }

  /** Problem and advice as one sentence. */
  public String sentence() {
    return problem + ": " + advice;
  }

  /** What was seen, for example {@code connection refused}. */
  public String problem() {
    return problem;
  }

  /** What an operator can do about it. */
  public String advice() {
    return advice;
  }

  /** Whether something answered in HTTP. */
  public boolean reachable() {
    return reachable;
  }
}
